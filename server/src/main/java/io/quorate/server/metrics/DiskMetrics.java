package io.quorate.server.metrics;

import io.quorate.server.disk.FlushTimes;
import io.quorate.server.rocksdb.StorageTimes;

/// How journal and storage do (etcd-P2, P4): etcd's wal is the journal here, and its backend the
/// storage, into which batches of what was applied are taken; what makes that durable, so that the
/// journal need not keep it, is etcd's snapshot.
public final class DiskMetrics {
  private DiskMetrics() {}

  public static void addTo(NodeMetrics metrics, FlushTimes journal, StorageTimes storage) {
    metrics
        .histogram(
            "etcd_disk_wal_fsync_duration_seconds",
            "How long it takes to make a frame of the journal durable.",
            journal::flushes)
        .histogram(
            "etcd_disk_wal_write_duration_seconds",
            "How long it takes to write a frame of the journal.",
            journal::writes)
        .gauge("etcd_disk_wal_write_bytes_total", "Bytes written to the journal.", journal::bytes)
        .histogram(
            "etcd_disk_backend_commit_duration_seconds",
            "How long the storage takes over a batch of what was applied.",
            storage::writes)
        .histogram(
            "etcd_snap_fsync_duration_seconds",
            "How long it takes to make the storage durable.",
            storage::flushes)
        .gauge(
            "etcd_disk_defrag_inflight",
            "Whether the storage's files are being written anew: 1 or 0.",
            storage::defragmenting)
        .histogram(
            "etcd_disk_backend_defrag_duration_seconds",
            "How long it takes to write the storage's files anew.",
            storage::defragmentations)
        .gauge(
            "etcd_mvcc_db_open_read_transactions",
            "Fixed states of the storage that are open for reads.",
            storage::snapshots);
  }
}
