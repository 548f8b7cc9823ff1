-- KEYS and ARGV: as for key-arrived. Redis may have lost the bits while a NetID still has its session.
local since = redis.call('GET', KEYS[2])
if not since or now - tonumber(since) <= idle or redis.call('EXISTS', KEYS[1]) == 0 then
  return 1
end
return redis.call('GETBIT', KEYS[1], ARGV[2])
