/* Units and their graph: what files mean, templates, scripts, and the order of starting. */
#include "check.h"
#include "servers/init/console.h"
#include "servers/init/units.h"

static char reports[4096];

static void report(const char *line)
{
    size_t used = strlen(reports);
    snprintf(reports + used, sizeof reports - used, "%s\n", line);
}

static struct words env;
static struct units units;

static int setup(void **state)
{
    (void)state;
    reports[0] = 0;
    units = (struct units){.env = &env, .report = report};
    words_set(&env, "DISK=disk0");
    words_set(&env, "EMPTY=");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    units_free(&units);
    words_clear(&env);
    return 0;
}

static void add(const char *name, const char *text)
{
    assert_true(units_add_file(&units, "/dir", name, text, strlen(text)));
}

#define SERVICE "[service]\ncmd = 'x'\ntype = 'oneshot'\n"

static void needs(const char *name, const char *deps)
{
    char text[300];
    snprintf(text, sizeof text, "[unit]\nrequires_weak = [%s]\n" SERVICE, deps);
    add(name, text);
}

static struct unit *started(const char *name)
{
    struct unit *u = units_next(&units);
    assert_non_null(u);
    assert_string_equal(u->name, name);
    return u;
}

static void reported(const char *text)
{
    if (!strstr(reports, text))
        print_error("reports: %s\n", reports);
    assert_non_null(strstr(reports, text));
}

static void test_service(void **state)
{
    (void)state;
    add("a.service", "[unit]\ndescription = 'd'\n[service]\ncmd = 'prog'\n"
                     "args = ['-v', '$DISK', '$NONE', 'x$DISK']\nenvs = { A = '1', B = '2' }\n"
                     "inherit_envs = ['DISK', 'NONE']\ntype = { scheme = 's' }\npriority = -3\n"
                     "start_timeout_ms = 250\n");
    struct unit *u = units_load(&units, "a.service");
    assert_non_null(u);
    const struct command *c = &u->commands[0];
    assert_int_equal(c->argv.n, 5);
    assert_string_equal(c->argv.v[0], "prog");
    assert_string_equal(c->argv.v[2], "disk0");
    assert_string_equal(c->argv.v[3], "");
    assert_string_equal(c->argv.v[4], "x$DISK");
    assert_null(c->argv.v[5]);
    assert_int_equal(c->ready, READY_SCHEME);
    assert_string_equal(c->scheme, "s");
    assert_string_equal(words_get(&c->envs, "B"), "2");
    assert_int_equal(c->inherited.n, 1);
    assert_string_equal(c->inherited.v[0], "DISK=disk0");
    assert_int_equal(u->start_timeout_ms, 250);
    assert_string_equal(u->description, "d");
    assert_true(u->default_dependencies);
}

static void broken(const char *name, const char *text, const char *message)
{
    reports[0] = 0;
    add(name, text);
    assert_null(units_load(&units, name));
    reported(message);
}

static void test_broken_units(void **state)
{
    (void)state;
    broken("a.service", "[unit]\n", "/dir/a.service: table [service] is missing");
    broken("b.service", "[service]\ncmd = 'x'\n", "/dir/b.service:1: service: keys cmd and type");
    broken("c.service", "[unit]\nx = 1\n" SERVICE, "/dir/c.service:2: x: unknown key");
    broken("d.service", "\n[other]\n", "/dir/d.service:2: other: unknown key");
    broken("e.service", "[service]\ncmd = 'x'\ntype = 'forking'\n", ":3: type: unknown type");
    broken("f.service", "[service]\ncmd = 1\ntype = 'notify'\n", ":2: cmd: string expected");
    broken("g.target", SERVICE, "service: unknown key");
    broken("h.socket", "", "invalid file extension");
    broken("i.service", "[unit\n", "/dir/i.service:1: ] expected");
    broken("j.service", "[service]\ncmd='x'\ntype='notify'\npriority = 20\n", "out of range");
    assert_null(units_load(&units, "none.service"));
    reported("none.service: no such unit");
    assert_int_equal(units.n, 0);
}

static void test_conditions(void **state)
{
    (void)state;
    add("arm.service", "[unit]\ncondition_architecture = ['aarch64']\n" SERVICE);
    add("us.service", "[unit]\ncondition_architecture = ['x86', 'x86_64']\n" SERVICE);
    add("board.service", "[unit]\ncondition_board = ['raspi3bp']\n" SERVICE);
    units_load_all(&units);
    started("us.service");
    assert_null(units_next(&units));
    assert_string_equal(reports, "");
}

static void test_template(void **state)
{
    (void)state;
    add("fs@.service", "[unit]\ndescription = '$INSTANCE and $INSTANCE'\n[service]\n"
                       "cmd = 'ramfs'\nargs = ['$INSTANCE']\ntype = { scheme = '$INSTANCE' }\n");
    struct unit *u = units_load(&units, "fs@logging.service");
    assert_non_null(u);
    assert_string_equal(u->name, "fs@logging.service");
    assert_string_equal(u->description, "logging and logging");
    assert_string_equal(u->commands[0].argv.v[1], "logging");
    assert_string_equal(u->commands[0].scheme, "logging");
    units_load_all(&units);
    assert_int_equal(units.n, 1);
}

static void test_endless_templates(void **state)
{
    (void)state;
    add("t@.target", "[unit]\nrequires_weak = ['t@$INSTANCEx.target']\n");
    units_load(&units, "t@a.target");
    reported("too many units");
    assert_int_equal(units.n, UNITS_MAX);
}

static void test_script(void **state)
{
    (void)state;
    add("00_tmp", "# comment\n\n  requires_weak a.target  b.target\nrm -rf /tmp\n"
                  "nowait A=1 DISK=$ EMPTY=$ C= run $DISK\t\n");
    struct unit *u = units_load(&units, "00_tmp");
    assert_non_null(u);
    assert_int_equal(u->kind, UNIT_SCRIPT);
    assert_int_equal(u->requires_weak.n, 2);
    assert_int_equal(u->ncommands, 2);
    assert_int_equal(u->commands[0].argv.n, 3);
    assert_int_equal(u->commands[0].ready, READY_ONESHOT);
    const struct command *c = &u->commands[1];
    assert_int_equal(c->ready, READY_ONESHOT_ASYNC);
    assert_int_equal(c->argv.n, 2);
    assert_string_equal(c->argv.v[1], "disk0");
    assert_string_equal(words_get(&c->envs, "A"), "1");
    assert_string_equal(words_get(&c->envs, "DISK"), "disk0");
    assert_null(words_get(&c->envs, "C"));
    broken("01_bad", "true\nnowait A=1\n", "/dir/01_bad:2: no command");
}

static void test_order(void **state)
{
    (void)state;
    needs("c.service", "'a.service', 'b.service', 'missing.service'");
    needs("a.service", "");
    needs("b.service", "'a.service'");
    needs("d.service", "");
    assert_non_null(units_load(&units, "c.service"));
    assert_non_null(units_load(&units, "d.service"));
    reported("missing.service: no such unit");
    struct unit *a = started("a.service"), *d = started("d.service");
    assert_null(units_next(&units));
    a->progress = UNIT_SETTLED;
    struct unit *b = started("b.service");
    assert_null(units_next(&units));
    b->progress = UNIT_SETTLED;
    struct unit *c = started("c.service");
    assert_false(units_all_settled(&units));
    c->progress = d->progress = UNIT_SETTLED;
    assert_true(units_all_settled(&units));
}

static void test_cycle(void **state)
{
    (void)state;
    needs("a.service", "'b.service'");
    needs("b.service", "'c.service'");
    needs("c.service", "'a.service'");
    needs("self.service", "'self.service'");
    units_load_all(&units);
    reported("c.service: depends on itself through a.service");
    reported("self.service: depends on itself through self.service");
    const char *order[] = {"c.service", "b.service", "a.service"};
    for (int i = 0; i < 3; i++) {
        struct unit *u = units_next(&units);
        assert_non_null(u);
        if (strcmp(u->name, "self.service") == 0)
            u = units_next(&units);
        assert_string_equal(u->name, order[i]);
        u->progress = UNIT_SETTLED;
    }
}

static void test_runtime_target(void **state)
{
    (void)state;
    add("log.service", "[unit]\ndefault_dependencies = false\n" SERVICE);
    add("runtime.target",
        "[unit]\ndefault_dependencies = false\nrequires_weak = ['log.service']\n");
    add("x.service", SERVICE);
    units.runtime = units_load(&units, "runtime.target");
    assert_non_null(units.runtime);
    units_load(&units, "x.service");
    struct unit *log = started("log.service");
    assert_null(units_next(&units));
    log->progress = UNIT_SETTLED;
    started("runtime.target")->progress = UNIT_SETTLED;
    started("x.service");
}

static void test_override(void **state)
{
    (void)state;
    add("a.service", "[service]\ncmd = 'usr'\ntype = 'oneshot'\n");
    assert_true(units_add_file(&units, "/etc/init.d", "a.service", SERVICE, strlen(SERVICE)));
    assert_int_equal(units.nfiles, 1);
    assert_string_equal(units_load(&units, "a.service")->commands[0].argv.v[0], "x");
}

static void test_console_command(void **state)
{
    (void)state;
    struct words argv = {0};
    assert_int_equal(console_command(&env, &argv), 0);
    words_set(&env, "UMK_COMMAND_ARGC=3");
    words_set(&env, "UMK_COMMAND_0=echo");
    words_set(&env, "UMK_COMMAND_1=a%20b%0Ac%25");
    words_set(&env, "UMK_COMMAND_2=");
    assert_int_equal(console_command(&env, &argv), 1);
    assert_int_equal(argv.n, 3);
    assert_string_equal(argv.v[1], "a b\nc%");
    assert_string_equal(argv.v[2], "");
    words_clear(&argv);
    words_set(&env, "UMK_COMMAND_2=%0");
    assert_int_equal(console_command(&env, &argv), -22);
    words_set(&env, "UMK_COMMAND_2=%00");
    assert_int_equal(console_command(&env, &argv), -22);
    words_set(&env, "UMK_COMMAND_ARGC=4");
    assert_int_equal(console_command(&env, &argv), -22);
    assert_int_equal(argv.n, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_service),
        TEST(test_broken_units),
        TEST(test_conditions),
        TEST(test_template),
        TEST(test_endless_templates),
        TEST(test_script),
        TEST(test_order),
        TEST(test_cycle),
        TEST(test_runtime_target),
        TEST(test_override),
        TEST(test_console_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
