# Options, libraries and tests, said once for the whole tree.

option(LEEWARD_WERROR "Warnings stop the build" ON)
set(LEEWARD_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined")
option(LEEWARD_COVERAGE "Instrument for gcov" OFF)
option(LEEWARD_FUZZ "Build tests/fuzz and the libraries it needs, with clang" OFF)

find_program(LEEWARD_CCACHE ccache)
if(LEEWARD_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${LEEWARD_CCACHE})
endif()
find_program(LEEWARD_MOLD mold)

add_library(leeward_options INTERFACE)
target_compile_features(leeward_options INTERFACE cxx_std_23)
target_include_directories(leeward_options INTERFACE ${CMAKE_SOURCE_DIR})
if(NOT LEEWARD_FUZZ) # clang is there for its fuzzer; g++ says what is a warning
    target_compile_options(leeward_options INTERFACE
        -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wshadow=local
        -Wno-missing-field-initializers -Wimplicit-fallthrough -Wswitch-enum $<$<BOOL:${LEEWARD_WERROR}>:-Werror>)
    # At -O3 g++ sees uninitialized values in what it makes of std::expected; the other builds keep the warning.
    target_compile_options(leeward_options INTERFACE $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
endif()
target_compile_definitions(leeward_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING QT_NO_CAST_FROM_BYTEARRAY
    QT_USE_QSTRINGBUILDER QT_NO_FOREACH QT_NO_KEYWORDS QT_DISABLE_DEPRECATED_UP_TO=0x060800)
if(LEEWARD_MOLD)
    target_link_options(leeward_options INTERFACE -fuse-ld=mold)
endif()
if(LEEWARD_SANITIZE)
    target_compile_options(leeward_options INTERFACE
        -fsanitize=${LEEWARD_SANITIZE} -fno-omit-frame-pointer -g1)
    if(LEEWARD_SANITIZE STREQUAL "thread") # g++ sees uninitialized values in what it makes of std::expected
        target_compile_options(leeward_options INTERFACE -Wno-maybe-uninitialized)
    endif()
    target_link_options(leeward_options INTERFACE -fsanitize=${LEEWARD_SANITIZE})
endif()
if(LEEWARD_COVERAGE)
    target_compile_options(leeward_options INTERFACE --coverage)
    target_link_options(leeward_options INTERFACE --coverage)
endif()
if(LEEWARD_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "LEEWARD_FUZZ needs clang: use the preset fuzz")
    endif()
    target_compile_options(leeward_options INTERFACE
        -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g1)
    target_link_options(leeward_options INTERFACE -fsanitize=address,undefined)
endif()

# leeward_library(NAME SOURCES … [PUBLIC …] [PRIVATE …] [PCH …])
# One static library of the layer table: target leeward_NAME. PUBLIC only for types in its headers.
function(leeward_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE;PCH" ${ARGN})
    qt_add_library(leeward_${name} STATIC ${arg_SOURCES})
    target_link_libraries(leeward_${name} PUBLIC leeward_options ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    if(arg_PCH)
        target_precompile_headers(leeward_${name} PRIVATE ${arg_PCH})
    endif()
endfunction()

# The libraries that hold operational data: their tests also run under the sanitizers (label core).
set(LEEWARD_CORE domain store rulebook desk items sync server accounts recommend)
add_custom_target(core_tests)

# leeward_add_test(LIBRARY THING [LABEL unit|integration|gui] [LIBS …] [TIMEOUT seconds] [MAIN file])
# tests/LIBRARY/tst_THING.cpp, or another file, linking only its library and the test support.
function(leeward_add_test library thing)
    cmake_parse_arguments(arg "" "LABEL;TIMEOUT;MAIN" "LIBS;SOURCES" ${ARGN})
    if(NOT arg_MAIN)
        set(arg_MAIN tst_${thing}.cpp)
    endif()
    if(NOT arg_LABEL)
        set(arg_LABEL unit)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    qt_add_executable(tst_${library}_${thing} ${arg_MAIN} ${arg_SOURCES})
    set_target_properties(tst_${library}_${thing} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_link_libraries(tst_${library}_${thing} PRIVATE Qt6::Test ${arg_LIBS})
    if(TARGET leeward_${library})
        target_link_libraries(tst_${library}_${thing} PRIVATE leeward_${library})
    endif()
    target_compile_definitions(tst_${library}_${thing} PRIVATE
        LEEWARD_SOURCE_DIR="${CMAKE_SOURCE_DIR}" LEEWARD_SHARED_DATA="${CMAKE_SOURCE_DIR}/../shared/data")
    add_test(NAME ${library}.${thing} COMMAND tst_${library}_${thing})
    set(labels ${arg_LABEL} ${library})
    if(arg_TIMEOUT GREATER 300)
        list(APPEND labels slow)
    endif()
    if(library IN_LIST LEEWARD_CORE)
        list(APPEND labels core)
        add_dependencies(core_tests tst_${library}_${thing})
    endif()
    set_tests_properties(${library}.${thing} PROPERTIES LABELS "${labels}"
        TIMEOUT ${arg_TIMEOUT})
    if(arg_LABEL STREQUAL "gui") # one keyboard focus a display
        set_property(TEST ${library}.${thing} PROPERTY RESOURCE_LOCK display)
    else()
        set_property(TEST ${library}.${thing} PROPERTY ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
    endif()
endfunction()


# leeward_add_fuzzer(NAME SOURCES … [LIBS …])
# A libFuzzer program of tests/fuzz, with address and undefined-behaviour checks: target fuzz_NAME. Its seeds are the
# files in tests/fuzz/corpus/NAME, its words (optional) tests/fuzz/NAME.dict. `./dev fuzz NAME` runs it.
if(LEEWARD_FUZZ)
    add_custom_target(fuzzers)
endif()
function(leeward_add_fuzzer name)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
    qt_add_executable(fuzz_${name} ${arg_SOURCES})
    set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    target_link_libraries(fuzz_${name} PRIVATE leeward_options ${arg_LIBS})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers fuzz_${name})
endfunction()
