-- SPDX-License-Identifier: GPL-3.0-or-later
-- For wrk: each request puts a new document into the database "save".
local file = assert (io.open (os.getenv ("SAMSPILL_BENCH_BODY"), "rb"))
local body = file:read ("*a")
local number = 0
file:close ()

function request ()
  number = number + 1
  return wrk.format ("PUT", string.format ("/save/need-%09d", number), nil, body)
end
