# git on local repositories: the same commits have the same names here and on the host.
#
#   git.sh FOLDER (which is made)
mkdir "$1" && cd "$1" || exit 1
export HOME="$PWD" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_CEILING_DIRECTORIES="${PWD%/*}"
export GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org GIT_PAGER=cat GIT_EDITOR=true TZ=UTC
at=1700000000
tick() { # every commit has a time of its own, and the same one every time
    at=$((at + 60))
    export GIT_AUTHOR_DATE="$at +0100" GIT_COMMITTER_DATE="$at +0000"
}
commit() {
    tick
    git commit -q "$@"
    git rev-parse HEAD
}
failed() { # what its status says
    "$@" >"$HOME/out" 2>&1 && echo "did not fail: $*" || echo "failed, as it should"
}
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git config --global gc.autoDetach false

echo "== init, add, commit, log, diff"
git init -q repo
cd repo || exit 1
printf '%s\n' one two three four five six seven eight nine ten >numbers
mkdir -p deep/down && echo leaf >deep/down/leaf && ln -s down deep/link
printf '#!/bin/sh\necho run\n' >tool && chmod 755 tool
printf 'bin\000ary' >binary
git add .
git status --short
commit -m "First

With a body."
sed 's/five/FIVE/' numbers >n && mv n numbers && chmod 644 tool && printf 'BIN\000' >binary
git diff
git diff --stat
git commit -q --dry-run -a >/dev/null && commit -a -m Second
git log --format='%h %an %ad %s' --date=iso
git log -p --follow numbers
git show --name-status HEAD
git ls-tree -r HEAD
git cat-file -p HEAD
git blame -s numbers

echo "== branches and merges"
git checkout -q -b side HEAD~1
sed 's/two/TWO/' numbers >n && mv n numbers
commit -a -m Side
git checkout -q main
tick && git merge -q side -m Merge && git rev-parse HEAD
git log --graph --oneline
git checkout -q -b clash HEAD~1
echo else >numbers
commit -a -m Clash
failed git merge main
git status --short
git merge --abort
git checkout -q main
tick && git cherry-pick -x clash~0 >/dev/null 2>&1 || echo "a conflict"
git checkout -q --theirs numbers && git add numbers && tick && git cherry-pick --continue >/dev/null
git log --format='%h %s' -n 1
git reset -q --hard HEAD~1
git tag -a v1 -m "Version one"
git describe HEAD
git checkout -q -b topic v1~1
echo topic >topic && git add topic
commit -m Topic
tick && git rebase -q main && git log --oneline -n 2
git checkout -q main
tick && echo stashed >>numbers && git stash -q && git status --short
git stash pop -q && git diff --numstat && git checkout -q numbers
git mv tool instrument && git rm -q -r deep && git status --short && git reset -q --hard
git grep -n seven
git bisect start HEAD HEAD~2 >/dev/null
git bisect run sh -c '! grep -q FIVE numbers' >/dev/null
git rev-parse refs/bisect/bad
git bisect reset 2>/dev/null

echo "== many files, a large one"
i=0
mkdir many
while [ $i -lt 300 ]; do
    echo "file $i" >many/$i
    i=$((i + 1))
done
seq 200000 >large
git add . && commit -m Many
echo more >>large && commit -a -m "One line more"

echo "== hooks, filters, patches"
printf '#!/bin/sh\necho hook >&2\nexit 1\n' >.git/hooks/pre-commit
chmod 755 .git/hooks/pre-commit
echo x >x && git add x
failed git commit -q -m Refused
rm .git/hooks/pre-commit
commit -m X
git format-patch -q -o ../patches HEAD~2
git checkout -q -b patched HEAD~2
tick && git am -q ../patches/*.patch && git rev-parse HEAD^{tree} main^{tree}
git checkout -q main
git archive HEAD numbers tool | tar tf -

echo "== fsck, gc, clone, push, fetch"
git fsck --strict 2>&1
git gc -q --prune=now
git fsck 2>&1
git count-objects -v | grep -E '^(count|in-pack|packs|garbage)'
cd .. || exit 1
git clone -q repo copy
git clone -q --bare --no-local repo bare.git
git clone -q --depth 1 --no-local repo shallow
git -C shallow log --oneline | wc -l
git -C copy fsck 2>&1
git -C copy log --oneline -n 3
cd copy || exit 1
echo copy >copy && git add copy
commit -m "In the copy"
git push -q ../bare.git main
git -C ../repo pull -q --ff-only ../bare.git main
git -C ../repo rev-parse main
git bundle create -q ../all.bundle --all
git bundle verify -q ../all.bundle && git clone -q -b main ../all.bundle ../unbundled 2>&1
git -C ../unbundled rev-parse HEAD
git worktree add -q ../tree HEAD~1 && git worktree list | wc -l

echo "== bad input"
failed git -C .. clone nowhere new
failed git -C .. log
failed git checkout nothing
cd ../bare.git || exit 1
pack=$(ls objects/pack/*.pack)
chmod 644 "$pack"
printf 'damage' | dd of="$pack" bs=1 seek=2000 conv=notrunc 2>/dev/null
failed git fsck
