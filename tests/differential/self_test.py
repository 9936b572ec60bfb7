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
    return [each.what for each in found]


def habits(of, out):
    found = judge.differences(of, {"id": "a-row", "out": out}, exact=False)
    return [each.general != "" for each in found]


def traceparent(trace=TRACE, span=OWN, flags="01"):
    return ["traceparent", f"00-{trace}-{span}-{flags}"]


CALLER = ["traceparent", f"00-{TRACE}-{PARENT}-01"]


class Identity(unittest.TestCase):
    def test_a_continued_trace(self):
        continued = row({"trace_id": TRACE, "flags": "01"}, [CALLER])
        self.assertEqual(objections(continued, [traceparent()]), [])
        self.assertEqual(objections(continued, [traceparent(trace="1" * 32)]), ["trace id"])
        self.assertEqual(objections(continued, [traceparent(flags="00")]), ["flags"])
        self.assertEqual(objections(continued, []), ["flags", "trace id"])

    def test_a_parent_id_is_new(self):
        continued = row({"trace_id": TRACE}, [CALLER])
        for span in (PARENT, "0" * 16):
            self.assertEqual(objections(continued, [traceparent(span=span)]), ["parent id"])

    def test_a_new_trace(self):
        restarted = row({"trace_id": "new", "flags": "03"}, [["traceparent", CALLER[1].upper()]])
        self.assertEqual(objections(restarted, [traceparent("1" * 32, flags="03")]), [])
        self.assertEqual(objections(restarted, [traceparent(flags="03")]), ["trace id"])

    def test_a_missing_random_flag_is_a_habit(self):
        restarted = {"trace_id": "new", "flags": "03"}
        self.assertEqual(habits(row(restarted), [traceparent(flags="01")]), [True])
        self.assertEqual(habits(row(restarted), [traceparent(flags="02")]), [False])
        self.assertEqual(habits(row(restarted, rule="2.15"), [traceparent(flags="01")]), [False])
        self.assertEqual(habits(row({"flags": "01"}), [traceparent(flags="03")]), [False])
        ours = judge.differences(row(restarted), {"out": [traceparent(flags="01")]}, exact=True)
        self.assertEqual([each.general for each in ours], [""])

    def test_a_traceparent_that_is_none(self):
        for flags in ("0ff", "0F"):
            self.assertEqual(
                objections(row({}), [traceparent(flags=flags)]), ["traceparent"])

    def test_a_short_id_that_was_padded_is_not_new(self):
        restarted = row({"trace_id": "new"}, [["traceparent", f"00-{TRACE[1:]}-{PARENT}-01"]])
        self.assertEqual(objections(restarted, [traceparent(trace=f"0{TRACE[1:]}")]), ["trace id"])

    def test_ours_writes_each_header_once_and_in_lower_case(self):
        self.assertEqual(objections(row({}), [["Baggage", "a=1"]]), [])
        self.assertEqual(objections(row({}), [["Baggage", "a=1"]], exact=True), ["Baggage"])
        self.assertEqual(objections(row({}), [["baggage", "a=1"]] * 2), ["baggage"])

    def test_headers_that_were_not_asked_for(self):
        self.assertEqual(
            objections(row({}, propagators="none"), [["baggage", "a=1"]]), ["baggage"])
        multi = row({}, propagators="b3multi")
        self.assertEqual(objections(multi, [["x-b3-parentspanid", OWN]]), ["x-b3-parentspanid"])


class Lists(unittest.TestCase):
    def test_ours_is_judged_byte_for_byte(self):
        kept = row({"tracestate": "a=1,b=2"})
        self.assertEqual(objections(kept, [["tracestate", "a=1, b=2"]]), [])
        self.assertEqual(
            objections(kept, [["tracestate", "a=1, b=2"]], exact=True), ["tracestate"])

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

    def test_empty_members_mean_nothing(self):
        self.assertTrue(members.same_tracestate("a=1,b=2", "a=1,,b=2", [], False))

    def test_baggage_within_the_limits_keeps_every_member(self):
        offered = [f"k{i}=v" for i in range(65)]
        came_in = [["baggage", ",".join(offered)]]
        expected = ",".join(offered[:64])
        self.assertTrue(members.same_baggage(expected, ",".join(offered[1:]), came_in))
        self.assertTrue(members.same_baggage(expected, ",".join(offered), came_in))
        self.assertFalse(members.same_baggage(expected, ",".join(offered[2:]), came_in))
        changed = ",".join(offered[:63] + ["k63=w"])
        self.assertFalse(members.same_baggage(expected, changed, came_in))
        self.assertFalse(members.same_baggage("a=1", "a=1,b=2", [["baggage", "a=1,b=2"]]))
        invented = [["baggage", "a=x"]]
        self.assertFalse(members.same_baggage("a=x", "a=x,b=y", invented))

    def test_baggage_beyond_the_limits_drops_no_more_than_it_must(self):
        offered = [f"k{i}={'v' * 200}" for i in range(60)]
        came_in = [["baggage", ",".join(offered)]]
        self.assertTrue(members.same_baggage(",".join(offered[:39]), ",".join(offered[-39:]), came_in))
        self.assertFalse(members.same_baggage(",".join(offered[:39]), ",".join(offered[:38]), came_in))
        self.assertFalse(members.same_baggage(",".join(offered[:39]), None, came_in))


    def test_a_list_beyond_512_characters_may_be_carried_on_whole(self):
        came_in = [["tracestate", f"a={'v' * 200},b={'v' * 200}"], ["tracestate", f"c={'v' * 200}"]]
        whole = ",".join(value for _, value in came_in)
        self.assertTrue(members.same_tracestate("b=1", whole, came_in, False))
        self.assertFalse(members.same_tracestate(None, whole, came_in, False))
        self.assertFalse(members.same_tracestate("b=1", came_in[0][1], came_in, False))
        self.assertFalse(members.same_tracestate("a=1", "b=2,a=1", [["tracestate", "b=2,a=1"]], False))

    def test_mended_baggage_is_a_habit_if_it_is_valid(self):
        broken = row({"baggage": "ok=1"}, [["baggage", "a=b c,ok=1"]])
        self.assertEqual(habits(broken, [["baggage", "a=b%20c,ok=1"]]), [True])
        for written in ("a=b c,ok=1", "a=1;;p,ok=1", 'a=1;p="v",ok=1', "(a)=1,ok=1", "a=b%20c"):
            self.assertEqual(habits(broken, [["baggage", written]]), [False])

    def test_what_travels_as_it_came_is_the_same_whatever_it_is(self):
        self.assertTrue(members.same_baggage("a=%,b=%4", "b=%4,a=%", []))
        self.assertTrue(members.same_baggage("a=%ff%c3%28", "a=%EF%BF%BD(", []))


class Others(unittest.TestCase):
    def test_b3_single(self):
        sampled = row({"b3": "d", "trace_id": TRACE}, propagators="b3")
        self.assertEqual(objections(sampled, [["b3", f"{TRACE}-{OWN}-d"]]), [])
        self.assertEqual(objections(sampled, [["b3", f"{TRACE}-{OWN}-1"]]), ["b3 sampling"])
        self.assertEqual(objections(sampled, [["b3", f"{'1' * 32}-{OWN}-d"]]), ["trace id"])
        self.assertEqual(objections(sampled, []), ["trace id", "b3 sampling"])

    def test_b3_multi(self):
        debug = row({"x_b3_sampled": None, "x_b3_flags": "1"}, propagators="b3multi")
        self.assertEqual(objections(debug, [["x-b3-flags", "1"]]), [])
        self.assertEqual(
            objections(debug, [["x-b3-sampled", "1"]]), ["x-b3-sampled", "x-b3-flags"])
        continued = row({"trace_id": TRACE}, propagators="b3multi")
        own = ["x-b3-spanid", OWN]
        self.assertEqual(objections(continued, [["x-b3-traceid", TRACE], own]), [])
        self.assertEqual(objections(continued, [["x-b3-traceid", "1" * 32], own]), ["trace id"])

    def test_what_two_formats_say_is_told_once(self):
        both = row({"trace_id": TRACE}, propagators="tracecontext,b3")
        out = [traceparent(trace="1" * 32), ["b3", f"{'1' * 32}-{OWN}-1"]]
        self.assertEqual(objections(both, out), ["trace id"])

    def test_what_does_not_travel(self):
        counted = row({"parent_span_id": PARENT}, counts={})
        self.assertEqual(objections(counted, []), [])
        self.assertEqual(objections(counted, [], parent_span_id=PARENT, counts={}), [])
        self.assertEqual(
            objections(counted, [], parent_span_id=None, counts={"B3Invalid": 1}),
            ["recorded parent", "counts"])

    def test_a_key_that_nobody_compares_is_an_error(self):
        with self.assertRaises(ValueError):
            row({"trace-id": TRACE})
        with self.assertRaises(ValueError):
            row({}, count={})

    def test_values_in_pieces(self):
        self.assertEqual(vectors.text(["a", ["bc", 2], "d"]), "abcbcd")


if __name__ == "__main__":
    unittest.main()
