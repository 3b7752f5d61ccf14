-- What of Lua rests on the C library: numbers, strings, patterns, files, time, errors, collection.
for _, f in ipairs {"%.14g", "%.17g", "%e", "%a", "%10.3f"} do
    for _, x in ipairs {0.1, 1 / 3, 2 ^ 53, 1e308, 5e-324, -0.0, 123456.789} do
        io.write(f:format(x), " ")
    end
    print()
end
print(math.pi, math.sqrt(2), math.sin(1), math.exp(1), math.log(10), math.log(8, 2), 7 // 2, -7 % 3)
print(math.huge, -math.huge, math.maxinteger, math.mininteger, 1e15, 1e100, 2 ^ 63)
print(tonumber("0x1p4"), tonumber("1e1"), tonumber("  12  "), tonumber("1e"), tonumber("z", 36))
print(("%d %5d %-5d| %05d %x %X %o %c %s %q %i"):format(42, 42, 42, 42, 255, 255, 8, 65, "s", "q\n\0", 7))
print(("hello world"):gsub("o", "0"), ("key = value"):match("^(%w+)%s*=%s*(%w+)$"))
print(("THE (quick) fox"):find("%((%a+)%)"), ("abc"):rep(3, "-"), ("x"):byte(), #("é"))
print(utf8.char(228, 8364, 128512), utf8.len("äöü"), utf8.codepoint("€", 1))
for w in ("one two  three"):gmatch("%a+") do io.write(w, ",") end
print()
local t = {}
for i = 1, 2000 do t[i] = (i * 7919) % 2003 end
table.sort(t)
print(t[1], t[1000], t[2000], table.concat(t, " ", 1, 10), select("#", table.unpack(t, 1, 200)))
print(string.pack("<i4d", 7, 0.5):byte(1, -1))
local name = os.tmpname()
local f = assert(io.open(name, "w"))
f:write("line one\n", 42, " ", 0.5, "\nlast without end")
f:close()
for l in io.lines(name) do io.write("[", l, "]") end
print()
f = io.open(name)
print(f:read("l"), f:read("n"), f:read("n"), f:seek("set", 5), f:read(3), f:seek("end"), f:read(1))
f:close()
print(os.remove(name), select(2, os.remove(name)) ~= nil, io.open("/nonexistent/x"))
print(os.date("!%Y-%m-%d %H:%M:%S %j %a %B", 1e9), os.time {year = 2001, month = 9, day = 9, hour = 12})
print(pcall(error, {1}), select(2, pcall(function() local x = nil; return x.y end)))
local co = coroutine.wrap(function(a) for i = 1, 3 do a = a + coroutine.yield(a * i) end return "end" end)
print(co(1), co(2), co(3), co(4))
local function deep(n) return n == 0 and 0 or 1 + deep(n - 1) end
print(deep(10000), pcall(deep, 1e7))
for i = 1, 50 do local s = ("x"):rep(100000) .. i end
collectgarbage()
print(collectgarbage("count") < 3000, os.getenv("NOTHING"), os.getenv("PATH") ~= nil)
print(load("return 1 +")) print(load("x ="))
print(io.type(io.stdout), tostring(print):match("^builtin") or "function")
