-- ARGV[2]: the token's tail, ARGV[3]: its action, ARGV[4]: the most tokens of a NetID that are not checked yet
-- Returns 1 and the sessions, or 0 if the token arrived under another action before.
local tail, action = ARGV[2], tonumber(ARGV[3])
local ids = live()
-- No session can decrypt the token, so its action does not matter.
if #ids == 0 then
  return {1}
end
local authentic = redis.call('HGET', hash, 'a') or ''
for i = 1, #authentic, 17 do
  if string.sub(authentic, i, i + 15) == tail then
    if tonumber(string.sub(authentic, i + 16, i + 16)) ~= action then
      return {0}
    end
    return {1, unpack(sealed(ids))}
  end
end
local unsettled = redis.call('HGET', hash, 'u' .. tail)
if unsettled then
  if unsettled % 8 ~= action then
    return {0}
  end
  redis.call('HINCRBY', hash, 'u' .. tail, 8)
else
  redis.call('HSET', hash, 'u' .. tail, 8 + action)
  if redis.call('HINCRBY', hash, 'n', 1) > tonumber(ARGV[4]) then
    redis.call('DEL', hash)
    return {1}
  end
end
return {1, unpack(sealed(ids))}
