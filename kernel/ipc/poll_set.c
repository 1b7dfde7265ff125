/* poll_set.c - see poll_set.h. */
#include <kernel/fs.h>
#include <kernel/slab.h>
#include <kernel/task.h>
#include "poll_set.h"

static bool poll_entry_wake(struct wait_entry *wait, u32 key)
{
	struct poll_entry *entry = container_of(wait, struct poll_entry, wait);

	if (key && !(key & entry->events))
		return false;
	WRITE_ONCE(entry->set->triggered, true);
	return wait_default_wake(wait, key);
}

static struct poll_entry *poll_entry_get(struct poll_set *set)
{
	struct poll_chunk *chunk = set->chunks;

	if (set->used < POLL_SET_INLINE)
		return &set->entry[set->used++];
	if (!chunk || chunk->used == ARRAY_SIZE(chunk->entry)) {
		chunk = kmalloc(sizeof(*chunk), GFP_KERNEL);
		if (!chunk)
			return NULL;
		chunk->used = 0;
		chunk->next = set->chunks;
		set->chunks = chunk;
	}
	return &chunk->entry[chunk->used++];
}

static void poll_set_queue(struct poll_table *table, struct file *file, struct wait_queue *q)
{
	struct poll_set *set = container_of(table, struct poll_set, table);
	struct poll_entry *entry = poll_entry_get(set);

	if (!entry) {
		set->error = -ENOMEM;
		return;
	}
	wait_entry_init(&entry->wait, poll_entry_wake);
	entry->wait.task = set->task;
	entry->queue = q;
	entry->set = set;
	entry->events = table->events | POLLERR | POLLHUP | POLLNVAL;
	entry->file = file;
	file_get(file);
	wait_add(q, &entry->wait);
}

void poll_set_init(struct poll_set *set)
{
	set->table.queue = poll_set_queue;
	set->table.events = ~0u;
	set->task = current;
	set->triggered = false;
	set->error = 0;
	set->used = 0;
	set->chunks = NULL;
}

/* The state is set before the flag is read: a waker between the two makes us runnable again. */
s64 poll_set_sleep(struct poll_set *set, s64 ns)
{
	WRITE_ONCE(current->state, TASK_INTERRUPTIBLE);
	barrier();
	if (!READ_ONCE(set->triggered))
		ns = schedule_timeout(ns);
	WRITE_ONCE(current->state, TASK_RUNNING);
	set->triggered = false;
	return ns;
}

static void poll_entry_end(struct poll_entry *entry)
{
	wait_remove(entry->queue, &entry->wait);
	file_put(entry->file);
}

void poll_set_end(struct poll_set *set)
{
	struct poll_chunk *chunk;

	for (unsigned int i = 0; i < set->used; i++)
		poll_entry_end(&set->entry[i]);
	while ((chunk = set->chunks)) {
		for (unsigned int i = 0; i < chunk->used; i++)
			poll_entry_end(&chunk->entry[i]);
		set->chunks = chunk->next;
		kfree(chunk);
	}
}
