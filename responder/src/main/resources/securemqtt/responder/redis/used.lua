-- ARGV[2]: the identifier
if redis.call('HEXISTS', hash, 't' .. ARGV[2]) == 1 then
  use(ARGV[2])
end
return 1
