-- One line of JSON for load.ts. Answers slower than the patience (--timeout) are counted by wrk but not in its latencies,
-- so a quantile is taken among all answers: -1 where it lies beyond the patience, or where nothing was answered.
function done(summary, latency, requests)
  local errors = summary.errors
  local function quantile(percent)
    local timely = summary.requests - errors.timeout
    if percent * summary.requests >= 100 * timely then return -1 end
    return latency:percentile(math.min(99.99, percent * summary.requests / timely)) -- of 100 wrk says 0
  end
  io.write(string.format(
    '\n{"answered":%d,"us":%d,"p50Us":%d,"p99Us":%d,"timeouts":%d,"broken":%d,"notOk":%d}\n',
    summary.requests, summary.duration, quantile(50), quantile(99),
    errors.timeout, errors.connect + errors.read + errors.write, errors.status
  ))
end
