-- ARGV[2]: the identifier, ARGV[3]: the sealed session, ARGV[4]: the most sessions of a NetID
local fresh = ARGV[2]
local ids = live()
for _, id in ipairs(ids) do
  if id == fresh then
    use(id)
    return {id, redis.call('HGET', hash, 's' .. id)}
  end
end
table.insert(ids, 1, fresh)
local order = ''
local kept = {}
for i = 1, math.min(#ids, tonumber(ARGV[4])) do
  order = order .. ids[i] .. ' '
  kept[ids[i]] = true
end
for id in string.gmatch(redis.call('HGET', hash, 'o') or '', '%x+') do
  if not kept[id] then
    redis.call('HDEL', hash, 's' .. id, 't' .. id)
  end
end
redis.call('HSET', hash, 'o', order, 's' .. fresh, ARGV[3])
use(fresh)
return {fresh, ARGV[3]}
