# What CMake wants to know of a platform: paths as on Unix, and libraries that are static.
include(Platform/UnixPaths)
set(CMAKE_DL_LIBS "")
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
