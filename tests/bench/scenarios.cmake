# The scenarios, for every target.
set(bench_scenario_files
  guest/bench_host.cpp
  guest/encode.cpp
  guest/floors.cpp
  guest/logs.cpp
  guest/metrics.cpp
  guest/propagation.cpp
  guest/rapidjson_peer.cpp
  guest/redaction.cpp
  guest/requests.cpp
  guest/samplers.cpp
  guest/scenarios.cpp
  guest/spans.cpp
  guest/stage.cpp)
