-- KEYS[1]: a bit for each NetID that has sent a key, KEYS[2]: since when they are complete, in ms since 1970
-- ARGV[2]: the number of the bit
if redis.call('EXISTS', KEYS[1], KEYS[2]) < 2 then
  redis.call('SET', KEYS[2], string.format('%.0f', now))
end
return redis.call('SETBIT', KEYS[1], ARGV[2], 1)
