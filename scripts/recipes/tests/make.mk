# What make must do, the same here and on the host.
.NOTPARALLEL:
words := c b a b
export T := $(or $(T),$(shell mktemp -d))

all: order functions implicit parallel ignored recursion
	@echo done; rm -r $(T)

order: third first
	@echo order: $^ / $<
first: ; @echo first
second: first ; @echo second
third: second ; @echo third

functions:
	@echo $(sort $(words)) $(words $(words)) $(word 2,$(words)) $(filter a b,$(words))
	@echo $(patsubst %.c,%.o,x.c y.c z.h) $(subst a,b,banana) $(strip   x   y  )
	@echo '$(foreach w,1 2 3,<$(w)>)' $(if ,no,yes) $(or ,second) $(and a,b)
	@echo $(dir a/b/c.d) $(notdir a/b/c.d) $(suffix x.tar.gz) $(basename x.tar.gz)
	@echo '$(shell echo from shell; echo two)' $(call twice,arg)
	@echo $(origin words) $(flavor words) '$(value twice)'
twice = $(1) and $(1)

$(T)/%.out: $(T)/%.in
	@tr a-z A-Z <$< >$@
$(T)/one.in $(T)/two.in: ; @echo text of $(@F) >$@
implicit: $(T)/one.out $(T)/two.out
	@cat $^

parallel: p1 p2 p3
	@echo all three
p1 p2 p3: ; @sleep 0.01

ignored:
	-@false
	@echo goes on

recursion:
	@$(MAKE) --no-print-directory -f $(firstword $(MAKEFILE_LIST)) sub LEVEL=$(MAKELEVEL)
sub: ; @echo sub of $(LEVEL)

define block
$(1)_target: ; @echo made by eval: $(1)
endef
$(eval $(call block,one))
all: one_target
