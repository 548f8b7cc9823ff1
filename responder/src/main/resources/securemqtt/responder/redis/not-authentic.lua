-- ARGV[2]: the token's tail
local unsettled = redis.call('HGET', hash, 'u' .. ARGV[2])
if unsettled then
  if unsettled - 8 >= 8 then
    redis.call('HINCRBY', hash, 'u' .. ARGV[2], -8)
  else
    redis.call('HDEL', hash, 'u' .. ARGV[2])
    redis.call('HINCRBY', hash, 'n', -1)
  end
end
return 1
