# Huge pages, where the system lends them. Sourced.

# use_huge_pages: asks for them off the heap, and sets huge_page_flags, the options by which java asks for them on it.
use_huge_pages() {
    local setting=/sys/kernel/mm/transparent_hugepage/enabled
    huge_page_flags=()
    if [ -r "$setting" ] && ! grep -q '\[never\]' "$setting"; then
        huge_page_flags=(-XX:+UseTransparentHugePages)
        # Asks malloc (glibc 2.35 and newer, others ignore it).
        export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1}
    fi
}
