# CMake toolchain file: cmake -DCMAKE_TOOLCHAIN_FILE=.../scripts/toolchain/umk.cmake
# The recipes' root (UMK_ROOT in the environment) is where libraries and headers are looked for.

set(CMAKE_SYSTEM_NAME Redox)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}") # Platform/

get_filename_component(umk_scripts "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(CMAKE_C_COMPILER "${umk_scripts}/umk-cc")
set(CMAKE_CXX_COMPILER "${umk_scripts}/umk-c++")
set(CMAKE_AR "${umk_scripts}/umk-ar" CACHE FILEPATH "")
set(CMAKE_RANLIB ranlib CACHE FILEPATH "")
set(PKG_CONFIG_EXECUTABLE "${umk_scripts}/umk-pkg-config" CACHE FILEPATH "")

if(DEFINED ENV{UMK_ROOT})
    set(CMAKE_FIND_ROOT_PATH "$ENV{UMK_ROOT}" "${umk_scripts}/../build/sysroot")
else()
    set(CMAKE_FIND_ROOT_PATH "${umk_scripts}/../build/recipes/root" "${umk_scripts}/../build/sysroot")
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
