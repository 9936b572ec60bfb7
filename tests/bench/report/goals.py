"""What must be reached, and whether it is: each goal against a peer or a floor of the same run."""

from rows import number

FORMS = (("wasm-wasmtime", "-Oz"), ("wasm-wasmtime", "-O2"), ("wasm-v8", "-Oz"), ("wasm-v8", "-O2"))
RISE = (("span", "spans"), ("log", "logs"), ("point", "points"))


class Goal:
    def __init__(self, name, measure, limit, unit="ns", forms=FORMS):
        """`measure` and `limit` are functions of (rows, target, optimisation); None: not measured."""
        self.name, self.measure, self.limit, self.unit, self.forms = name, measure, limit, unit, forms

    def reached(self, rows, form):
        """(measured, limit) in that form."""
        return self.measure(rows, *form), self.limit(rows, *form)


def of(scenario, clock="fake", unit="ns"):
    return lambda rows, target, optimisation: rows.value(
        scenario, target, optimisation, clock=clock, unit=unit)


def at_most(limit):
    return lambda *_: limit


def js(scenario, divisor):
    def limit(rows, *_):
        value = rows.value(f"{scenario}_otel_js", "v8", None, clock="real")
        return None if value is None else value / divisor
    return limit


def _sum(*parts):
    return None if None in parts else sum(parts)


def _clock(rows, form, reads):
    two = rows.value("floor_two_clock_reads", *form, clock="real")
    return None if two is None else two / 2 * reads


def bare_with_clock(rows, *form):
    return _sum(rows.value("span_bare", *form), _clock(rows, form, 2))


def root_with_host(rows, *form):
    return _sum(_clock(rows, form, 3), rows.value("floor_random_read", *form, clock="real"), 60)


def per_byte(rows, *form):
    time = rows.value("encode_span_530_bytes", *form)
    size = rows.value("encode_span_530_bytes", "wasm-wasmtime", "-Oz", unit="body_bytes")
    return None if time is None or not size else time / size


def per_byte_of_js(rows, *_):
    time = rows.value("encode_span_530_bytes_otel_js", "v8", None, clock="real")
    size = rows.value("encode_span_530_bytes_otel_js", "v8", None, clock="real", unit="body_bytes")
    return None if time is None or not size else time / size / 8


def per_byte_limit(_rows, target, _optimisation):
    return 0.35 if target == "wasm-wasmtime" else 0.5


def quarter_of_rapidjson(rows, *form):
    time = rows.value("encode_span_530_bytes_rapidjson", *form)
    return None if time is None else time / 4


def rise(one, many):
    """How much more fuel an item takes among the last 9,000 than among the first ones, in percent."""
    def measure(rows, *form):
        sizes = [1, 10, 100, 1000, 10000]
        names = [f"encode_{n}_{one if n == 1 else many}" for n in sizes]
        fuel = [rows.value(name, *form, unit="fuel") for name in names]
        if None in fuel:
            return None
        totals = [n * each for n, each in zip(sizes, fuel)]
        first = (totals[2] - totals[1]) / 90
        return ((totals[4] - totals[3]) / 9000 / first - 1) * 100
    return measure


def first_use_beyond_pages(rows, *form):
    first, pages = (rows.value(name, *form) for name in ("first_use", "floor_touch_3_pages"))
    return None if first is None or pages is None else first - pages


def more_than_without(scenario):
    """The median of the ratios of paired rounds, in percent above 1."""
    def measure(rows, *form):
        row = rows.row(scenario, *form, clock="real", unit="us")
        return None if row is None else (row["ratio"] - 1) * 100
    return measure


COUNTED = (FORMS[0],)
GOALS = [
    Goal("span_bare: OTel JS / 30", of("span_bare"), js("span_bare", 30)),
    Goal("span_bare, real clock: two reads more", of("span_bare", "real"), bare_with_clock),
    Goal("span_root, real host: 3 clock reads + 1 random read + 60 ns", of("span_root", "real"),
         root_with_host),
    Goal("span_5_attributes_1_event: OTel JS / 10", of("span_5_attributes_1_event"),
         js("span_5_attributes_1_event", 10)),
    Goal("first_use", of("first_use"), at_most(1000)),
    Goal("first_use, beyond fresh pages", first_use_beyond_pages, at_most(1000)),
    Goal("first_use: pages of 4 KiB dirtied", of("first_use", unit="dirty_pages"), at_most(3), "", COUNTED),
    Goal("first_request_before_response: pages dirtied",
         of("first_request_before_response", unit="dirty_pages"), at_most(3), "", COUNTED),
    Goal("child_under_unsampled", of("child_under_unsampled"), at_most(6)),
    Goal("span_disabled", of("span_disabled"), at_most(2)),
    Goal("child_under_unsampled: host calls", of("child_under_unsampled", unit="host_calls"), at_most(0),
         "", COUNTED),
    Goal("counter_2_attributes", of("counter_2_attributes"), at_most(40)),
    Goal("histogram_2_attributes", of("histogram_2_attributes"), at_most(40)),
    Goal("counter_bound", of("counter_bound"), at_most(3)),
    Goal("histogram_bound", of("histogram_bound"), at_most(3)),
    Goal("encode, a byte", per_byte, per_byte_limit),
    Goal("encode, a byte: OTel JS / 8", per_byte, per_byte_of_js),
    Goal("encode_span_530_bytes: RapidJSON / 4", of("encode_span_530_bytes"), quarter_of_rapidjson),
    *(Goal(f"encode, rise of fuel to 10,000 {many}", rise(one, many), at_most(10), "%", COUNTED)
      for one, many in RISE),
    Goal("extract_inject", of("extract_inject"), at_most(120)),
    Goal("request_before_response", of("request_before_response"), at_most(2000)),
    Goal("request_after_response", of("request_after_response"), at_most(8000)),
    Goal("span_5_attributes_1_event: memory", of("span_5_attributes_1_event", unit="buffer_bytes"),
         at_most(360), "B", COUNTED),
    Goal("request_before_response: memory", of("request_before_response", unit="buffer_bytes"),
         at_most(8 * 1024), "B", COUNTED),
    Goal("afterglow-host: more CPU of request threads",
         more_than_without("host_cpu_request_threads_on"), at_most(3), "%", COUNTED),
    Goal("afterglow-host: the same, collector down",
         more_than_without("host_cpu_request_threads_collector_down"), at_most(3), "%", COUNTED),
    Goal("host call through embed/wasmtime, look-up included",
         of("host_call_config_through_embed", "real"), at_most(25), "ns", COUNTED),
    Goal("instance state", of("instance_state", unit="buffer_bytes"), at_most(6 * 1024), "B", COUNTED),
]


def lines(rows, paint):
    """One line for each goal; `paint(text, good)` colours a figure."""
    yield "".join([f"{'goal':<58}", *(f"{t.removeprefix('wasm-') + ' ' + o:>24}" for t, o in FORMS)])
    for goal in GOALS:
        cells = [paint(f"{cell(goal, rows, form):>24}", good(goal, rows, form)) for form in FORMS]
        yield f"{goal.name:<58}" + "".join(cells)


def cell(goal, rows, form):
    if form not in goal.forms:
        return ""
    measured, limit = goal.reached(rows, form)
    if measured is None or limit is None:
        return "not measured"
    verdict = "≤" if measured <= limit else ">"
    return f"{number(measured) if goal.unit != '%' else f'{measured:.1f}'} {verdict} {number(limit)} {goal.unit}".rstrip()


def good(goal, rows, form):
    """None where there is nothing to judge."""
    if form not in goal.forms:
        return None
    measured, limit = goal.reached(rows, form)
    return None if measured is None or limit is None else measured <= limit
