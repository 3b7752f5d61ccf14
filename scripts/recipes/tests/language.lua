-- What Lua 5.4 has and 5.1 has not, whose own tests the recipe lua5.1 runs: integers, bits, goto,
-- variables that are closed, packing, UTF-8, generational collection, coroutines that are closed.
local max, min = math.maxinteger, math.mininteger

-- integers beside floats
assert(max + 1 == min and min - 1 == max and max * 2 == -2 and min // -1 == min and min % -1 == 0)
assert(math.type(3) == "integer" and math.type(3.0) == "float" and 3 == 3.0 and not math.type("3"))
assert(7 // 2 == 3 and -7 // 2 == -4 and 7 % -3 == -2 and -7 % 3 == 2 and 7.5 // 2 == 3.0)
assert(1 / 0 == math.huge and -1 // 0.0 == -math.huge and 5.0 % math.huge == 5.0)
assert(-5.0 % math.huge == math.huge and not pcall(function() return 1 // 0 end))
assert(not pcall(function() return 1 % 0 end) and 0.0 == -0.0 and 1 / -0.0 == -math.huge)
assert(math.tointeger(2 ^ 53) == 1 << 53 and not math.tointeger(2 ^ 63) and not math.tointeger(0.5))
assert(max < 2 ^ 63 and max + 0.0 == 2 ^ 63 and min == -2 ^ 63 and max // 1 | 0 == max)
assert(math.ult(1, -1) and not math.ult(-1, 1) and math.abs(min) == min)
assert("10" + 5 == 15 and math.type("10" + 5) == "integer" and "0x10" * 1 == 16
    and "1e1" + 0 == 10.0)
assert(tostring(1e15) == "1e+15" and tostring(2 ^ 53) == "9.007199254741e+15"
    and tostring(-0.0) == "-0.0")
assert(0xffffffffffffffff == -1 and 9223372036854775808 == 2 ^ 63 and 0x.8p1 == 1.0)
assert(tonumber("9223372036854775807") == max and tonumber("7fffffffffffffff", 16) == max)

-- bits
assert(1 << 63 == min and 1 << 64 == 0 and -1 >> 1 == max and 1 << -1 == 0 and 2 >> -1 == 4)
assert(~0 == -1 and 5 & 3 == 1 and 5 | 3 == 7 and 5 ~ 3 == 6 and 2.0 & 3 == 2)
assert(not pcall(function() return 1.5 | 0 end) and not pcall(function() return 2 ^ 64 | 0 end))

-- loops do not run past the last integer
local n = 0
for i = max - 2, max do n = n + 1 end
for i = min + 2, min, -1 do n = n + 1 end
for i = 1, 0 do n = n + 100 end
for i = 3, 1.5, -1 do n = n + 1 end
assert(n == 8 and not pcall(function() for i = 1, 10, 0 do end end))

-- goto
do
    local k = 0
    ::again::
    k = k + 1
    if k < 5 then goto again end
    for i = 1, 3 do
        for j = 1, 3 do if j == 2 then goto continue end k = k + 1 end
        ::continue::
    end
    assert(k == 8 and not load("goto nowhere") and not load("do ::a:: end goto a"))
end

-- const and close
assert(not load("local x <const> = 1; x = 2") and not load("local x <new> = 1"))
do
    local log = {}
    local function thing(name)
        return setmetatable({}, {__close = function(_, e) log[#log + 1] = name .. tostring(e) end})
    end
    do local a <close>, b = thing "a", 1; local c <close> = thing "c"; local d <close> = nil end
    pcall(function() local e <close> = thing "e"; error("x", 0) end)
    for _ in (function(_, i) if not i then return 1 end end), nil, nil, thing "f" do end
    assert(table.concat(log, " ") == "cnil anil ex fnil")
    assert(not pcall(function() local x <close> = 42 end))
    local co = coroutine.create(function() local g <close> = thing "g"; coroutine.yield() end)
    coroutine.resume(co)
    assert(coroutine.close(co) and log[#log] == "gnil" and coroutine.status(co) == "dead")
end

-- strings: packing, UTF-8, formats that read back
for _, x in ipairs {0, 1, -1, max, min} do
    assert(string.unpack("<i8", string.pack("<i8", x)) == x)
    assert(string.unpack(">j", string.pack(">j", x)) == x
        and load("return " .. ("%q"):format(x))() == x)
end
for _, x in ipairs {0.1, 1 / 3, 1e308, 5e-324, math.huge, -math.huge, 2 ^ 63} do
    assert(load("return " .. ("%q"):format(x))() == x
        and string.unpack("n", string.pack("n", x)) == x)
    assert(tonumber(("%.17g"):format(x)) == x or x == math.huge or x == -math.huge)
end
assert(string.pack(">I3", 0x010203) == "\1\2\3" and string.packsize("!8 b Xd d i4") == 20)
assert(not pcall(string.pack, "i1", 200))
assert(not pcall(string.unpack, "<i9", ("\xff"):rep(7) .. "\1\1"))
assert(string.unpack("z", "ab\0c") == "ab" and select(2, string.unpack("s1", "\3abc")) == 5)
assert(utf8.char(72, 228, 8364, 0x10FFFF, 0x7FFFFFFF):len() == 1 + 2 + 3 + 4 + 6)
assert(utf8.len("\xff") == nil and select(2, utf8.len("a\xff")) == 2 and utf8.offset("aé€", 3) == 4)
for p, c in utf8.codes("aé€") do assert(utf8.codepoint("aé€", p) == c) end
assert(not utf8.len("\u{D800}") and utf8.len("\u{D800}", 1, -1, true) == 1 and "\u{48}\z
    \x49" == "HI")
assert(("x"):rep(3, ",") == "x,x,x" and ("%s"):format(setmetatable({},
    {__tostring = function() return "t" end})) == "t")
assert(("abc"):find("b", 1, true) == 2 and ("f(a(b)c)d"):match("%b()") == "(a(b)c)")
assert(("THE (quick) fox"):gsub("%f[%a]%a+", string.lower) == "the (quick) fox")

-- tables, metamethods, errors
assert(table.concat(table.move({1, 2, 3}, 1, 3, 2), "") == "1123" and table.pack(nil, nil).n == 2)
local proxy = setmetatable({}, {__index = function(_, k) return k <= 5
    and k * 2 or nil end, __len = function() return 5 end})
assert(table.concat(proxy, ",") == "2,4,6,8,10" and select("#", table.unpack(proxy)) == 5)
local ops = setmetatable({}, {__idiv = function() return "//" end,
    __band = function() return "&" end,
    __shl = function() return "<<" end, __bnot = function() return "~" end,
        __lt = function() return true end,
    __le = function() return false end, __concat = function() return ".." end,
        __call = function(_, x) return x end})
assert(ops // 1 == "//" and 1 & ops == "&" and ops << 1 == "<<" and ~ops == "~" and ops < 1
    and not (ops <= 1))
assert(ops .. "x" == ".." and ops(7) == 7)
assert(select(2, xpcall(error, function(m) return m .. "!" end, "e")) == "e!")
assert(select(2, pcall(error)) == nil)
assert(select(2, pcall(function() local t; t.x = 1 end)):find("local 't'"))
assert(not pcall(string.rep, "x", 1 << 62) and not pcall(table.concat, {{}})
    and not load("x = = 1"))
local sorted = {}
for i = 1, 5000 do sorted[i] = (i * 7919) % 5003 end
table.sort(sorted, function(a, b) return a > b end)
for i = 2, #sorted do assert(sorted[i - 1] >= sorted[i]) end

-- code that was dumped, environments, coroutines inside others
local function upper(a, ...)
    local n = select("#", ...)
    return function() a = a + n; return a end
end
assert(load(string.dump(upper))(1, 2, 3)() == 3 and load("return x", "c", "t", {x = 9})() == 9)
assert(not load(string.dump(upper), "c", "t"))
local gen = coroutine.wrap(function() for i = 1, 3 do
    assert(pcall(function() coroutine.yield(i) end)) end return "end" end)
assert(gen() == 1 and gen() == 2 and gen() == 3 and gen() == "end" and not pcall(gen))
assert(table.pack(coroutine.resume(coroutine.create(function() error {} end)))[1] == false)

-- collection: both kinds, weak tables, finalizers
for _, kind in ipairs {"generational", "incremental"} do
    collectgarbage(kind)
    local weak, ended = setmetatable({}, {__mode = "k"}), 0
    for i = 1, 20000 do
        weak[{}] = {i, ("s"):rep(i % 50)}
        if i % 100 == 0 then setmetatable({}, {__gc = function() ended = ended + 1 end}) end
    end
    collectgarbage() collectgarbage()
    assert(next(weak) == nil and ended == 200)
end
print("language: all as it should be", _VERSION)
