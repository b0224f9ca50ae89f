-- For wrk: questions of the file named by QUESTIONS, one a line, drawn at random.
local paths = {}
for line in io.lines(os.getenv("QUESTIONS")) do
  local escaped = line:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end)
  paths[#paths + 1] = "/api/v1/search?q=" .. escaped
end
function init() math.randomseed(1) end
function request() return wrk.format("GET", paths[math.random(#paths)]) end
function done(summary, latency)
  io.write(string.format("answers %d, refused or failed %d, p50 %.2f ms, p99 %.2f ms\n", summary.requests,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
