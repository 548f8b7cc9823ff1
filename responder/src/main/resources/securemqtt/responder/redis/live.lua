-- This text begins every script. In key-arrived and may-have-sent-key, KEYS[1] is another key.
-- KEYS[1]: the hash of a NetID, with these fields:
--   o        the identifiers of its sessions, newest first, each followed by a space
--   s<id>    a sealed session        t<id>    its last use, in ms since 1970
--   u<tail>  a token that is not checked yet: 8 * the number of times that it arrived + the number of its action
--   n        how many such tokens there are
--   a        the latest authentic tokens, newest first: tail and action, 17 bytes each
-- ARGV[1]: after how many ms a session is idle
local hash = KEYS[1]
local idle = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function live()
  local ids = {}
  for id in string.gmatch(redis.call('HGET', hash, 'o') or '', '%x+') do
    if now - tonumber(redis.call('HGET', hash, 't' .. id) or 0) <= idle then
      ids[#ids + 1] = id
    end
  end
  return ids
end

local function sealed(ids)
  local all = {}
  for _, id in ipairs(ids) do
    all[#all + 1] = id
    all[#all + 1] = redis.call('HGET', hash, 's' .. id)
  end
  return all
end

local function use(id)
  redis.call('HSET', hash, 't' .. id, string.format('%.0f', now))
  redis.call('PEXPIRE', hash, idle)
end
