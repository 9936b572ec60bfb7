"""The judge of the differential run can both agree and object: what is tested here would otherwise
be found out by nobody, for a judge that always agrees looks like a good result."""

import unittest

import judge
import members
import rows as vectors

TRACE, PARENT, OWN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"


def row(out, incoming=(), rule="2.1", propagators="tracecontext,baggage", **more):
    return vectors.expand({"id": "a-row", "rule": rule, "why": "", "propagators": propagators,
                           "in": list(incoming), "out": out, **more})


def objections(of, out, exact=False, **more):
    found = judge.differences(of, {"id": "a-row", "out": out, **more}, exact)
    return [(each.rule, each.what) for each in found]


def traceparent(trace=TRACE, span=OWN, flags="01"):
    return ["traceparent", f"00-{trace}-{span}-{flags}"]


CALLER = ["traceparent", f"00-{TRACE}-{PARENT}-01"]


class Identity(unittest.TestCase):
    def test_a_continued_trace(self):
        continued = row({"trace_id": TRACE, "flags": "01"}, [CALLER])
        self.assertEqual(objections(continued, [traceparent()]), [])
        self.assertEqual(objections(continued, [traceparent(trace="1" * 32)]), [("2.1", "trace id")])
        self.assertEqual(objections(continued, [traceparent(flags="00")]), [("2.1", "flags")])
        self.assertEqual(objections(continued, []), [("2.1", "flags"), ("2.1", "trace id")])

    def test_a_parent_id_is_new(self):
        continued = row({"trace_id": TRACE}, [CALLER])
        for span in (PARENT, "0" * 16):
            self.assertEqual(objections(continued, [traceparent(span=span)]), [("2.1", "parent id")])

    def test_a_new_trace(self):
        restarted = row({"trace_id": "new", "flags": "03"}, [["traceparent", CALLER[1].upper()]])
        self.assertEqual(objections(restarted, [traceparent("1" * 32, flags="03")]), [])
        self.assertEqual(objections(restarted, [traceparent(flags="03")]), [("2.1", "trace id")])

    def test_a_missing_random_flag_is_one_rule_whatever_the_row(self):
        restarted = row({"trace_id": "new", "flags": "03"})
        self.assertEqual(objections(restarted, [traceparent(flags="01")]), [("2.15", "flags")])
        self.assertEqual(objections(restarted, [traceparent(flags="02")]), [("2.1", "flags")])

    def test_a_traceparent_that_is_none(self):
        for flags in ("0ff", "0F"):
            self.assertEqual(
                objections(row({}), [traceparent(flags=flags)]), [("2.1", "traceparent")])

    def test_headers_that_were_not_asked_for(self):
        self.assertEqual(
            objections(row({}, propagators="none"), [["baggage", "a=1"]]), [("2.1", "baggage")])
        multi = row({}, propagators="b3multi")
        self.assertEqual(objections(multi, [["x-b3-parentspanid", OWN]]), [("2.1", "x-b3-parentspanid")])


class Lists(unittest.TestCase):
    def test_ours_is_judged_byte_for_byte(self):
        kept = row({"tracestate": "a=1,b=2"})
        self.assertEqual(objections(kept, [["tracestate", "a=1, b=2"]]), [])
        self.assertEqual(
            objections(kept, [["tracestate", "a=1, b=2"]], exact=True), [("2.1", "tracestate")])

    def test_tracestate_keeps_its_order(self):
        self.assertFalse(members.same_tracestate("a=1,b=2", "b=2,a=1", [], False))
        self.assertFalse(members.same_tracestate(None, "a=1", [], False))
        self.assertTrue(members.same_tracestate(None, "", [], False))

    def test_of_a_duplicated_key_one_is_enough(self):
        came_in = [["tracestate", "a=1,b=2"], ["TraceState", "a=3"]]
        for written in ("a=1,b=2,a=3", "a=3,b=2", "b=2,a=1"):
            self.assertTrue(members.same_tracestate("a=1,b=2,a=3", written, came_in, True))
        for written in ("b=2", "a=4,b=2", None):
            self.assertFalse(members.same_tracestate("a=1,b=2,a=3", written, came_in, True))

    def test_baggage_may_be_encoded_and_ordered_otherwise(self):
        self.assertTrue(members.same_baggage("a=%20x,b=y;p=1", "b=y;p = 1,a=%20%78", []))
        self.assertFalse(members.same_baggage("a=%20x", "a= x y", []))
        self.assertFalse(members.same_baggage("a=100%25", "a=100%", []))
        self.assertFalse(members.same_baggage("a=x,b=y", "a=x", [["baggage", "a=x,b=y"]]))

    def test_baggage_beyond_the_limits_drops_no_more_than_it_must(self):
        offered = [f"k{i}={'v' * 200}" for i in range(60)]
        came_in = [["baggage", ",".join(offered)]]
        self.assertTrue(members.same_baggage(",".join(offered[:39]), ",".join(offered[-39:]), came_in))
        self.assertFalse(members.same_baggage(",".join(offered[:39]), ",".join(offered[:38]), came_in))
        self.assertFalse(members.same_baggage(",".join(offered[:39]), None, came_in))


class Others(unittest.TestCase):
    def test_b3(self):
        sampled = row({"b3": "d", "trace_id": TRACE}, propagators="b3")
        self.assertEqual(objections(sampled, [["b3", f"{TRACE}-{OWN}-d"]]), [])
        self.assertEqual(objections(sampled, [["b3", f"{TRACE}-{OWN}-1"]]), [("2.1", "b3 sampling")])
        self.assertEqual(
            objections(sampled, [["b3", f"{'1' * 32}-{OWN}-d"]]), [("2.1", "trace id")])
        several = row({"x_b3_sampled": None, "x_b3_flags": "1"}, propagators="b3multi")
        self.assertEqual(objections(several, [["x-b3-flags", "1"]]), [])
        self.assertEqual(len(objections(several, [["x-b3-sampled", "1"]])), 2)

    def test_what_does_not_travel(self):
        counted = row({"parent_span_id": PARENT}, counts={})
        self.assertEqual(objections(counted, []), [])
        self.assertEqual(objections(counted, [], parent_span_id=PARENT, counts={}), [])
        self.assertEqual(
            objections(counted, [], parent_span_id=None, counts={"B3Invalid": 1}),
            [("2.1", "recorded parent"), ("2.1", "counts")])

    def test_values_in_pieces(self):
        self.assertEqual(vectors.text(["a", ["bc", 2], "d"]), "abcbcd")


if __name__ == "__main__":
    unittest.main()
