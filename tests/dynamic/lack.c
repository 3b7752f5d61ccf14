/* A library with a call that nobody answers. */
void nobody_has_this(void);

void lack_call(void)
{
    nobody_has_this();
}
