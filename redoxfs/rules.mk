# The file system library, and the host tools over it; included by the Makefile.
#
#   build/src/NAME            Debian source packages, fetched by scripts/source
#   build/third/{user,host}.o what is taken from them: LZ4, AES, Argon2; and SHA-256 for tests
#   build/TREE/libredoxfs.a   the library; TREE as in the Makefile and tests/rules.mk
#   build/tools/*             hosttools/*.c, one tool each

RFS_SRC := $(wildcard redoxfs/*.c)
RFS_SRC := $(filter-out redoxfs/third_glue.c,$(RFS_SRC))
SODIUM := libsodium/src/libsodium
THIRD_SRC := lz4/lib/lz4.c $(addprefix mbedtls/library/,aes.c aesni.c platform_util.c sha256.c) \
	$(addprefix $(SODIUM)/crypto_pwhash/argon2/,argon2.c argon2-core.c argon2-fill-block-ref.c \
	blake2b-long.c argon2-encoding.c) $(addprefix $(SODIUM)/crypto_generichash/blake2b/ref/, \
	blake2b-ref.c blake2b-compress-ref.c generichash_blake2b.c)
THIRD_CALLS := LZ4_compress_default LZ4_decompress_safe argon2_ctx $(addprefix mbedtls_, \
	aes_init aes_free aes_setkey_enc aes_setkey_dec aes_crypt_ecb aes_xts_init aes_xts_free \
	aes_xts_setkey_enc aes_xts_setkey_dec aes_crypt_xts sha256_ret)
RFS_INCLUDE := -DMBEDTLS_CONFIG_FILE='"redoxfs/mbedtls_config.h"' -isystem $(B)/src/lz4/lib \
	-isystem $(B)/src/mbedtls/include -isystem $(B)/src/$(SODIUM)/crypto_pwhash/argon2
THIRD_INCLUDE := $(RFS_INCLUDE) -DNATIVE_LITTLE_ENDIAN -DCONFIGURED=1 -I$(B)/src/mbedtls/library \
	-I$(B)/src/$(SODIUM)/include/sodium -I$(B)/src/$(SODIUM)/include
RFS_SOURCES := $(foreach n,lz4 mbedtls libsodium,$(B)/src/$(n).fetched)

$(B)/src/%.fetched: scripts/source
	$(call say,FETCH,$*) scripts/source $* $(B)/src/$* && touch $@

# Only what is called, so that the rest need not find what it wants.
THIRD_CFLAGS_user = $(filter-out $(WARN),$(USER_CFLAGS))
THIRD_CFLAGS_host = $(filter-out $(WARN),$(HOST_CFLAGS))
$(B)/third/%.o: redoxfs/third_glue.c redoxfs/mbedtls_config.h redoxfs/rules.mk $(RFS_SOURCES)
	$(call say,THIRD,$@) rm -rf $(@:.o=) && mkdir -p $(@:.o=) && set -e && \
	for s in $(addprefix $(B)/src/,$(THIRD_SRC)) redoxfs/third_glue.c; do \
		$(CC) $(THIRD_CFLAGS_$*) -ffunction-sections $(THIRD_INCLUDE) -c $$s \
			-o $(@:.o=)/$$(basename $$s .c).o; \
	done && ld -r --gc-sections $(addprefix -u ,$(THIRD_CALLS)) -o $@ $(@:.o=)/*.o

RFS_OBJS := $(foreach t,host user/obj sim fuzz/obj,$(RFS_SRC:%.c=$(B)/$(t)/%.o)) \
	$(patsubst %.c,$(B)/sim/%.o,$(wildcard tests/redoxfs/*.c tests/redoxfs/common/*.c))
$(RFS_OBJS): | $(RFS_SOURCES)
$(RFS_OBJS): private COMMON += $(RFS_INCLUDE)

$(B)/user/libredoxfs.a: $(call objects,user/obj,$(RFS_SRC)) $(B)/third/user.o
$(B)/host/libredoxfs.a: $(call objects,host,$(RFS_SRC)) $(B)/third/host.o
$(B)/sim/libredoxfs.a: $(call objects,sim,$(RFS_SRC)) $(B)/third/host.o
$(B)/fuzz/libredoxfs.a: $(call objects,fuzz/obj,$(RFS_SRC)) $(B)/third/host.o

# ---- Host tools ----

TOOLS := $(addprefix $(B)/tools/,$(basename $(notdir $(wildcard hosttools/*.c))))
TOOL_LIB := $(wildcard hosttools/common/*.c)
$(TOOLS): $(B)/tools/%: $(B)/host/hosttools/%.o $(call objects,host,$(TOOL_LIB)) \
	$(B)/host/libredoxfs.a
	$(call link,$(CC),$(TOOL_LIBS) -lpthread)
$(B)/tools/redoxfs: $(call objects,host,$(wildcard hosttools/fuse/*.c))
$(B)/tools/redoxfs: private TOOL_LIBS := -lfuse3
