-- One line of JSON for load.ts. wrk counts answers that are slower than --timeout, but leaves them out of its latencies.
-- A quantile is taken among all answers, so it is -1 if it is beyond the timeout or if there was no answer.
function done(summary, latency, requests)
  local errors = summary.errors
  local function quantile(percent)
    local timely = summary.requests - errors.timeout
    if percent * summary.requests >= 100 * timely then return -1 end
    return latency:percentile(math.min(99.99, percent * summary.requests / timely)) -- for 100 wrk returns 0
  end
  io.write(string.format(
    '\n{"answered":%d,"us":%d,"p50Us":%d,"p99Us":%d,"timeouts":%d,"broken":%d,"notOk":%d}\n',
    summary.requests, summary.duration, quantile(50), quantile(99),
    errors.timeout, errors.connect + errors.read + errors.write, errors.status
  ))
end
