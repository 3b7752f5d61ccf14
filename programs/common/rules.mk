# What programs share of other people's sources; included by the Makefile.
#
#   build/src/libgcrypt20, blake3   fetched by scripts/source (libsodium: redoxfs/rules.mk)
#   build/third/digest/{user,host}.o  the digests: MD5 and SHA of libgcrypt, BLAKE2b of libsodium, BLAKE3

GCRYPT := $(B)/src/libgcrypt20
BLAKE3 := $(B)/src/blake3
DIGEST_DIR := programs/common/third
DIGEST_SRC = $(addprefix $(GCRYPT)/,src/hwf-x86.c $(addprefix cipher/,hash-common.c md5.c \
	sha1.c sha1-intel-shaext.c sha1-ssse3-amd64.S sha1-avx-amd64.S sha1-avx-bmi2-amd64.S \
	sha1-avx2-bmi2-amd64.S sha256.c sha256-intel-shaext.c sha256-ssse3-amd64.S \
	sha256-avx-amd64.S sha256-avx2-bmi2-amd64.S sha512.c sha512-ssse3-amd64.S \
	sha512-avx-amd64.S sha512-avx2-bmi2-amd64.S)) \
	$(addprefix $(B)/src/$(SODIUM)/crypto_generichash/blake2b/ref/,blake2b-ref.c \
	blake2b-compress-ref.c) redoxfs/third_glue.c \
	$(addprefix $(BLAKE3)/,blake3.c blake3_dispatch.c blake3_portable.c \
	blake3_sse2_x86-64_unix.S blake3_sse41_x86-64_unix.S blake3_avx2_x86-64_unix.S \
	blake3_avx512_x86-64_unix.S)
DIGEST_GLUE := $(addprefix $(DIGEST_DIR)/,gcrypt_glue.c digest.c)
DIGEST_INCLUDE = -I$(DIGEST_DIR) -I$(GCRYPT)/umk -I$(GCRYPT)/src -I$(GCRYPT)/cipher -I$(BLAKE3) \
	-I$(B)/src/$(SODIUM)/crypto_generichash/blake2b/ref $(THIRD_INCLUDE)
DIGEST_KINDS := md5 sha1 sha224 sha256 sha384 sha512 blake2b blake3

# Debian's package of it for Rust holds the authors' C and assembler sources.
$(B)/src/blake3.fetched: scripts/source
	$(call say,FETCH,blake3) scripts/source --binary librust-blake3-dev \
		$(B)/src/librust-blake3-dev && cd $(B)/src && ln -sfn \
		librust-blake3-dev/usr/share/cargo/registry/blake3-*/c blake3 && touch $(@F)
# Its public header is made by its configure, of which this is the part that counts.
$(GCRYPT)/umk/gcrypt.h: $(B)/src/libgcrypt20.fetched
	@mkdir -p $(@D) && sed 's/@VERSION@/0/; s/@VERSION_NUMBER@/0/; /^@/d' \
		$(GCRYPT)/src/gcrypt.h.in > $@

# hash-common.c has, besides what is used, the self-tests' way in, which needs the whole library.
$(B)/third/digest/%.o: $(DIGEST_GLUE) $(wildcard $(DIGEST_DIR)/*.h) programs/common/rules.mk \
	programs/common/digest.h redoxfs/third_glue.c $(GCRYPT)/umk/gcrypt.h \
	$(B)/src/blake3.fetched $(B)/src/libsodium.fetched
	$(call say,THIRD,$@) rm -rf $(@:.o=) && mkdir -p $(@:.o=) && \
	for s in $(DIGEST_SRC) $(DIGEST_GLUE); do \
		rename=; case $$s in */hash-common.c) \
			rename=-D_gcry_hash_selftest_check_one=whole_library_selftest;; esac; \
		$(CC) $(THIRD_CFLAGS_$*) -ffunction-sections -Wa,--noexecstack $(DIGEST_INCLUDE) \
			$$rename -c $$s \
			-o $(@:.o=)/$$(basename $$s | tr . _).o || exit 1; \
	done && ld -r --gc-sections $(addprefix -u digest_,$(DIGEST_KINDS) start add end) \
		-o $@ $(@:.o=)/*.o

$(DIGEST_GLUE:%.c=$(B)/lint/%.o): $(GCRYPT)/umk/gcrypt.h $(B)/src/blake3.fetched \
	$(B)/src/libsodium.fetched

$(B)/user/libcommon.a: $(B)/third/digest/user.o
