/* The program that is spawned on the host, statically linked with its C library. */
int main(void)
{
    return 0;
}
