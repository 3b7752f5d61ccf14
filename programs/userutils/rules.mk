# Users and login: getty, login, sudo and the like; included by the Makefile.
#
#   build/third/argon2.a       Argon2, from libsodium's source package (redoxfs/rules.mk fetches it)
#   build/user/libuserutils.a  what the programs share

USERUTILS := $(notdir $(basename $(wildcard programs/userutils/*.c)))
USERUTILS_LIB := $(wildcard programs/userutils/common/*.c)
ARGON2_SRC := $(addprefix $(SODIUM)/,$(addprefix crypto_pwhash/argon2/,argon2.c argon2-core.c \
	argon2-fill-block-ref.c blake2b-long.c argon2-encoding.c) $(addprefix \
	crypto_generichash/blake2b/ref/,blake2b-ref.c blake2b-compress-ref.c generichash_blake2b.c) \
	sodium/codecs.c)
ARGON2_INCLUDE := -isystem $(B)/src/$(SODIUM)/crypto_pwhash/argon2

$(B)/third/argon2.o: programs/userutils/common/third/glue.c programs/userutils/rules.mk \
	redoxfs/third_glue.c $(B)/src/libsodium.fetched
	$(call say,THIRD,$@) rm -rf $(@:.o=) && mkdir -p $(@:.o=) && set -e && \
	for s in $(addprefix $(B)/src/,$(ARGON2_SRC)) redoxfs/third_glue.c $<; do \
		$(CC) $(THIRD_CFLAGS_user) -ffunction-sections $(THIRD_INCLUDE) -c $$s \
			-o $(@:.o=)/$$(basename $$s .c).o; \
	done && ld -r --gc-sections $(addprefix -u ,argon2i_verify argon2id_verify \
		argon2id_hash_encoded) -o $@ $(@:.o=)/*.o

$(B)/user/obj/programs/userutils/common/password.o: | $(B)/src/libsodium.fetched
$(B)/user/obj/programs/userutils/common/password.o: private COMMON += $(ARGON2_INCLUDE)
$(B)/user/libuserutils.a: $(call objects,user/obj,$(USERUTILS_LIB)) $(B)/third/argon2.o
$(addprefix $(B)/user/bin/,$(USERUTILS)): $(B)/user/bin/%: \
	$(B)/user/obj/programs/userutils/%.o $(B)/user/libuserutils.a $(B)/user/libcommon.a \
	$(B)/user/libtoml.a
