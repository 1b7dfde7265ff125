/*
 * mm.h - address spaces.
 *
 * struct mm is one user address space; threads share it. struct vma is one mapped range with one
 * protection and one source. Pages come on demand through mm_fault(): anonymous memory (zero page
 * first, then copy-on-write), or the mapping of a file.
 *
 * Locking: mm->mmap_lock (rwlock, RANK_MMAP) guards the VMA tree: faults read, mmap/munmap/fork
 * write. mm->pte_lock (spinlock, RANK_PTE) guards page-table entries. VMAs of a file hang on its
 * mapping under mapping->lock.
 *
 * Counts: users = tasks that run in it; refs = one for all users together, plus whoever looks at it
 * (procfs, ptrace) or has it loaded (kernel threads). The page directory goes with the last ref.
 */
#ifndef KERNEL_MM_H
#define KERNEL_MM_H

#include <kernel/lock.h>
#include <kernel/page.h>
#include <kernel/rbtree.h>
#include <kernel/types.h>
#include <arch/mm.h>
#include <arch/pgtable.h>

struct file;
struct mapping;
struct mm;
struct vma;

#define VM_READ	      0x0001u
#define VM_WRITE      0x0002u
#define VM_EXEC	      0x0004u
#define VM_SHARED     0x0008u
#define VM_MAYREAD    0x0010u
#define VM_MAYWRITE   0x0020u
#define VM_MAYEXEC    0x0040u
#define VM_MAYSHARE   0x0080u /* mapped MAP_SHARED, even if not writable */
#define VM_GROWSDOWN  0x0100u
#define VM_LOCKED     0x0200u
#define VM_IO	      0x0400u /* device memory: no struct page, never faulted in */
#define VM_DONTCOPY   0x0800u
#define VM_DONTEXPAND 0x1000u
#define VM_NORESERVE  0x2000u
#define VM_WIPEONFORK 0x4000u
#define VM_SPECIAL    0x8000u /* vDSO, vvar: pages are the kernel's */
/* private copies of pages may exist in it; kept by mm/, never part of what makes VMAs equal */
#define VM_HAS_ANON  0x10000u
#define VM_ACCOUNT   0x20000u /* its pages are promised: they count as committed */
#define VM_PROT_MASK (VM_READ | VM_WRITE | VM_EXEC)

#define FAULT_WRITE 1u
#define FAULT_USER  2u
#define FAULT_EXEC  4u

/* What mm_fault() ended in; the arch turns it into a signal or a fix-up. */
enum fault_result {
	FAULT_OK,
	FAULT_SEGV_MAPERR,
	FAULT_SEGV_ACCERR,
	FAULT_BUS, /* past the end of the file, or I/O error */
	FAULT_OOM,
	FAULT_RETRY_SIGNAL, /* a fatal signal came while waiting */
};

struct vm_ops {
	/*
	 * Returns a referenced, up-to-date page for `pgoff` in *page; FAULT_*. NULL slot: anonymous
	 * memory. When the vma has a mapping, its invalidate_lock is held (read) until the page is
	 * mapped. generic_file_mmap() sets filemap_fault().
	 */
	enum fault_result (*fault)(struct vma *vma, unsigned long pgoff, unsigned int flags,
				   struct page **page);
	/* A shared page is about to become writable; NULL: always allowed. The mapping's
	 * invalidate_lock is held (read). */
	enum fault_result (*page_mkwrite)(struct vma *vma, struct page *page);
	void (*open)(struct vma *vma);	      /* a copy came into being (fork, split) */
	void (*close)(struct vma *vma);	      /* it goes */
	const char *(*name)(struct vma *vma); /* for /proc/PID/maps */
};

struct vma {
	unsigned long start, end; /* page aligned, [start, end) */
	u32 flags;		  /* VM_* */
	unsigned long pgoff;	  /* offset of start in file, in pages */
	struct file *file;	  /* referenced, or NULL */
	struct mapping *mapping;  /* pages come from here: file->mapping, or shared memory's own */
	const struct vm_ops *ops;
	void *private;
	struct mm *mm;
	struct rb_node node;	   /* in mm->vmas */
	unsigned long gap;	   /* free space below start (and below a stack's guard gap) */
	unsigned long subtree_gap; /* largest gap in the subtree */
	struct list_head map_node; /* in mapping->vmas, under mapping->lock */
};

struct mm {
	pgd_t *pgd;
	struct rwlock mmap_lock;
	struct spinlock pte_lock;
	struct rb_root vmas;
	struct vma *cache;  /* last one found */
	struct vma *doomed; /* unmapped; their files are put once mmap_lock is free */
	struct refcount refs;
	struct refcount users;
	unsigned int map_count;
	unsigned long total_vm, locked_vm, data_vm, stack_vm, exec_vm; /* pages */
	struct atomic rss_anon, rss_file, rss_shmem;
	struct atomic swapped;	   /* entries that are slots in swap */
	unsigned long swap_pos;	   /* where swap-out looks next; a hint */
	struct list_head all_node; /* in the list of all, under its lock (mm.c) */
	unsigned long rss_peak;
	unsigned long start_code, end_code, start_data, end_data, start_brk, brk;
	unsigned long start_stack, arg_start, arg_end, env_start, env_end;
	unsigned long mmap_base; /* mappings grow down from here */
	unsigned long vdso;
	u32 auxv[48];
	unsigned int auxv_words;
	struct file *exe_file;
	bool dumpable;
	bool oom_victim;
	bool lock_future; /* mlockall(MCL_FUTURE) */
	struct arch_mm arch;
};

void mm_init(void); /* after slab_init() */

/* ---- overcommit.c: vm.overcommit_* ---- */
extern struct overcommit {
	unsigned int policy, ratio, kbytes; /* the limit: kbytes, or when 0 ratio percent of RAM */
	unsigned int admin_reserve_kbytes, user_reserve_kbytes;
} overcommit;
unsigned long mm_commit_limit(void); /* pages */
unsigned long mm_committed(void);    /* pages: promised, and what tmpfs and its kin have */

extern struct mm kernel_mm; /* owns the kernel's page directory; kernel threads borrow */

struct mm *mm_create(void);	   /* empty, users = refs = 1; NULL: no memory */
struct mm *mm_fork(struct mm *mm); /* copy-on-write copy; ERR_PTR */
void mm_get(struct mm *mm);	   /* refs */
void mm_put(struct mm *mm);
void mm_user_get(struct mm *mm); /* users (for CLONE_VM) */
void mm_user_put(struct mm *mm); /* the last one unmaps everything */

enum fault_result mm_fault(struct mm *mm, unsigned long addr, unsigned int flags);

/* The handler that generic_file_mmap() installs, for vm_ops of others. */
enum fault_result filemap_fault(struct vma *vma, unsigned long pgoff, unsigned int flags,
				struct page **page);

/* VMA tree; caller holds mmap_lock. */
struct vma *vma_find(struct mm *mm, unsigned long addr); /* first with end > addr */
struct vma *vma_first(struct mm *mm);
struct vma *vma_next(struct vma *vma);

/*
 * All take and release mmap_lock themselves unless named _locked. Addresses or a negative errno.
 * `vm_flags` are VM_*; `map_flags` the ABI's MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_GROWSDOWN,
 * MAP_POPULATE...
 */
unsigned long mm_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long map_flags, unsigned long pgoff);
unsigned long mm_mmap_locked(struct mm *mm, struct file *file, unsigned long addr,
			     unsigned long len, unsigned long prot, unsigned long map_flags,
			     unsigned long pgoff);
/*
 * Releases mmap_lock after changes, then drops the files that were unmapped: their last reference
 * may take locks that come before mmap_lock.
 */
void mm_write_unlock(struct mm *mm);
/* Faults in what can be of a range, as MAP_POPULATE does; takes mmap_lock. 0 or -errno. */
int mm_populate(struct mm *mm, unsigned long start, unsigned long len);
unsigned long mm_rss(const struct mm *mm); /* pages */
unsigned long oom_kill_count(void);	   /* address spaces that the OOM killer ended */
int mm_munmap(unsigned long addr, unsigned long len);
int mm_munmap_locked(struct mm *mm, unsigned long addr, unsigned long len);
/* The program break and the stack for exec. */
int mm_brk_setup_locked(struct mm *mm, unsigned long addr, unsigned long len);
int mm_stack_setup_locked(struct mm *mm, unsigned long top, u32 extra_flags);
/* Maps pages the kernel owns (vDSO): they are referenced, not copied. */
int mm_map_special_locked(struct mm *mm, unsigned long addr, struct page **pages, unsigned int n,
			  u32 vm_flags, const struct vm_ops *ops);
/* For a driver's mmap(): shared anonymous memory, filled in (as MAP_SHARED of /dev/zero). 0 or
 * -ENOMEM. */
int shared_anon_attach(struct vma *vma);
/* For a driver's mmap(): maps device or reserved frames into the vma. */
int mm_map_pfn_range(struct vma *vma, unsigned long addr, unsigned long pfn, unsigned long len,
		     bool uncached);

/* ptrace, /proc/PID/mem: moves bytes of another address space; returns bytes moved. FORCE ignores
 * protection (private copy). */
#define ACCESS_WRITE 1u
#define ACCESS_FORCE 2u
size_t mm_access(struct mm *mm, unsigned long addr, void *buf, size_t len, unsigned int flags);
/* Pin one user page of the current mm (futex, direct I/O); page_put() it. */
int mm_get_user_page(unsigned long addr, bool write, struct page **page);

/* Switch page directories; arch. */
void mm_activate(struct mm *mm);

#endif
