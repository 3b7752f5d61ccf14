# CMake forgets what a toolchain file said of this and asks the platform's own file.
set(UNIX TRUE)
