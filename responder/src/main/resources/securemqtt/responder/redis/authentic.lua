-- ARGV[2]: the token's tail, ARGV[3]: how many authentic tokens are remembered
local unsettled = redis.call('HGET', hash, 'u' .. ARGV[2])
if unsettled then
  redis.call('HDEL', hash, 'u' .. ARGV[2])
  redis.call('HINCRBY', hash, 'n', -1)
  local authentic = ARGV[2] .. (unsettled % 8) .. (redis.call('HGET', hash, 'a') or '')
  redis.call('HSET', hash, 'a', string.sub(authentic, 1, 17 * tonumber(ARGV[3])))
end
return 1
