/*
 * list.h - intrusive doubly linked lists, and hash chains with a one-pointer head.
 *
 * The caller locks. A node that is on no list is either uninitialised or list_init()ed; after
 * list_del_init() list_empty(node) holds, after list_del() the links are poison.
 */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include <kernel/types.h>

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(name)                                                                       \
	{                                                                                          \
		&(name), &(name)                                                                   \
	}
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)
#define LIST_POISON	((struct list_head *)0x100)

static inline void list_init(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}
static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}
static inline void list_insert_between(struct list_head *node, struct list_head *prev,
				       struct list_head *next)
{
	next->prev = node;
	node->next = next;
	node->prev = prev;
	prev->next = node;
}
/* Stack order: right behind the head. */
static inline void list_add(struct list_head *node, struct list_head *head)
{
	list_insert_between(node, head, head->next);
}
/* Queue order: right before the head. */
static inline void list_add_tail(struct list_head *node, struct list_head *head)
{
	list_insert_between(node, head->prev, head);
}
static inline void list_unlink(struct list_head *node)
{
	node->next->prev = node->prev;
	node->prev->next = node->next;
}
static inline void list_del(struct list_head *node)
{
	list_unlink(node);
	node->next = LIST_POISON;
	node->prev = LIST_POISON;
}
static inline void list_del_init(struct list_head *node)
{
	list_unlink(node);
	list_init(node);
}
static inline void list_move(struct list_head *node, struct list_head *head)
{
	list_unlink(node);
	list_add(node, head);
}
static inline void list_move_tail(struct list_head *node, struct list_head *head)
{
	list_unlink(node);
	list_add_tail(node, head);
}
/* Moves all of `from` to the tail of `to`; `from` ends empty. */
static inline void list_splice_tail_init(struct list_head *from, struct list_head *to)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	list_init(from);
}

#define list_entry(ptr, type, member)	     container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member)  list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member)                                               \
	(list_empty(head) ? NULL : list_first_entry(head, type, member))
#define list_next_entry(pos, member) list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, __typeof__(*(pos)), member)

#define list_for_each_entry(pos, head, member)                                                     \
	for (pos = list_first_entry(head, __typeof__(*pos), member); &pos->member != (head);       \
	     pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member)                                             \
	for (pos = list_last_entry(head, __typeof__(*pos), member); &pos->member != (head);        \
	     pos = list_prev_entry(pos, member))
/* The body may remove `pos`. */
#define list_for_each_entry_safe(pos, tmp, head, member)                                           \
	for (pos = list_first_entry(head, __typeof__(*pos), member),                               \
	    tmp = list_next_entry(pos, member);                                                    \
	     &pos->member != (head); pos = tmp, tmp = list_next_entry(tmp, member))

struct hlist_node {
	struct hlist_node *next, **pprev;
};
struct hlist_head {
	struct hlist_node *first;
};

static inline bool hlist_unhashed(const struct hlist_node *node)
{
	return !node->pprev;
}
static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	node->next = head->first;
	if (head->first)
		head->first->pprev = &node->next;
	head->first = node;
	node->pprev = &head->first;
}
static inline void hlist_del_init(struct hlist_node *node)
{
	if (!node->pprev)
		return;
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
	node->next = NULL;
	node->pprev = NULL;
}
#define hlist_entry_or_null(ptr, type, member)                                                     \
	({                                                                                         \
		struct hlist_node *hnode_ = (ptr);                                                 \
		hnode_ ? container_of(hnode_, type, member) : NULL;                                \
	})
#define hlist_for_each_entry(pos, head, member)                                                    \
	for (pos = hlist_entry_or_null((head)->first, __typeof__(*pos), member); pos;              \
	     pos = hlist_entry_or_null(pos->member.next, __typeof__(*pos), member))
#define hlist_for_each_entry_safe(pos, tmp, head, member)                                          \
	for (pos = hlist_entry_or_null((head)->first, __typeof__(*pos), member);                   \
	     pos && ({                                                                             \
		     tmp = hlist_entry_or_null(pos->member.next, __typeof__(*pos), member);        \
		     1;                                                                            \
	     });                                                                                   \
	     pos = tmp)

#endif
