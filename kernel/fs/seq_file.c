/* seq_file.c - files whose content is a struct seq; see seq.h. */
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/seq.h>
#include <kernel/slab.h>

int seq_open(struct file *file, int (*show)(struct seq *s, struct file *file))
{
	struct seq_file *sf = kzalloc(sizeof(*sf), GFP_KERNEL);

	if (!sf)
		return -ENOMEM;
	mutex_init(&sf->lock, RANK_SEQ, "seq_file");
	sf->show = show;
	file->private = sf;
	return 0;
}

static int make_text(struct seq_file *sf, struct file *file)
{
	int err;

	sf->text.len = 0;
	sf->text.failed = false;
	err = sf->show(&sf->text, file);
	if (!err && sf->text.failed)
		err = -ENOMEM;
	sf->valid = !err;
	return err;
}

static void drop_text(struct seq_file *sf)
{
	seq_free(&sf->text);
	sf->valid = false;
}

ssize_t seq_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct seq_file *sf = file->private;
	size_t n, moved;
	ssize_t ret = 0;

	mutex_lock(&sf->lock);
	if (!sf->valid || *pos == 0)
		ret = make_text(sf, file);
	if (ret || *pos < 0 || *pos >= (loff_t)sf->text.len) {
		drop_text(sf);
	} else {
		n = min_t(size_t, to->count, sf->text.len - (size_t)*pos);
		moved = iov_copy_to(to, sf->text.buf + *pos, n);
		*pos += (loff_t)moved;
		ret = moved || !n ? (ssize_t)moved : -EFAULT;
	}
	mutex_unlock(&sf->lock);
	return ret;
}

/* There is no end to seek from: the length is not known before the text is made. */
loff_t seq_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	file->pos = offset;
	return offset;
}

void seq_release(struct file *file)
{
	struct seq_file *sf = file->private;

	seq_free(&sf->text);
	kfree(sf);
}
