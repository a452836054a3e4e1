package io.quorate.server;

import io.quorate.node.lease.LeaseCounters;
import io.quorate.node.watch.WatchHub;
import io.quorate.server.metrics.NodeMetrics;
import io.quorate.store.Alarm;
import io.quorate.store.Command;
import io.quorate.store.KvStore;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What the store holds and does, and who watches it (etcd-P2 to P5).
final class StoreMetrics {
  private final NodeMetrics metrics;
  private final Server server;

  private StoreMetrics(NodeMetrics metrics, Server server) {
    this.metrics = metrics;
    this.server = server;
  }

  /// @param quota bytes of storage at which writes are refused; negative if there is no limit
  static void addTo(NodeMetrics metrics, Server server, long quota) {
    var store = new StoreMetrics(metrics, server);
    store.size(quota);
    store.alarms();
    store.commands();
    store.reads();
    store.watches();
    store.leases();
  }

  private void size(long quota) {
    metrics
        .gauge(
            "etcd_server_quota_backend_bytes",
            "Bytes of storage at which writes are refused.",
            // Dashboards divide by it: of a store without a limit nothing is used up.
            () -> quota < 0 ? Double.POSITIVE_INFINITY : quota)
        .gauge(
            "etcd_mvcc_db_total_size_in_bytes",
            "Bytes of storage on disk.",
            () -> ofStore(KvStore::bytesOnDisk))
        .gauge(
            "etcd_mvcc_db_total_size_in_use_in_bytes",
            "Bytes of storage that hold something, estimated.",
            () -> ofStore(KvStore::bytesInUse))
        .gauge(
            "etcd_debugging_mvcc_current_revision",
            "The store's revision.",
            () -> ofStore(KvStore::revision))
        .gauge(
            "etcd_debugging_mvcc_compact_revision",
            "The revision before which nothing superseded is kept.",
            () -> ofStore(KvStore::compacted));
  }

  private void alarms() {
    metrics.gauges(
        "etcd_debugging_server_alarms",
        "Alarms that are raised.",
        List.of("server_id", "alarm_type"),
        values -> {
          var store = server.measuredStore();
          if (store != null) {
            store
                .store()
                .alarms()
                .forEach(alarm -> values.add(1, Long.toHexString(alarm.node()), typeOf(alarm)));
          }
        });
  }

  /// Its name, or, as etcd does it, the number of a type that has none: two alarms of a node never
  /// have the same.
  private static String typeOf(Alarm alarm) {
    return alarm.type() == Alarm.NO_SPACE || alarm.type() == Alarm.CORRUPT
        ? alarm.name()
        : Long.toString(alarm.type());
  }

  private void commands() {
    metrics
        .counter(
            "etcd_mvcc_put_total", "Keys that were put.", () -> ofStore(s -> s.counts().puts()))
        .counter(
            "etcd_mvcc_delete_total",
            "Keys that were deleted.",
            () -> ofStore(s -> s.counts().deletes()))
        .counter(
            "etcd_mvcc_txn_total",
            "Transactions that changed more than one key.",
            () -> ofCommands(MeasuredStore::transactions))
        .gauge(
            "etcd_debugging_mvcc_total_put_size_in_bytes",
            "Bytes of what was put, as it is stored.",
            () -> ofStore(s -> s.counts().bytes()))
        .counter(
            "etcd_debugging_mvcc_db_compaction_keys_total",
            "Versions of keys that compactions removed.",
            () -> ofStore(KvStore::removed))
        .counter(
            "etcd_server_slow_apply_total",
            "Commands that took more than 100 ms.",
            () -> ofCommands(MeasuredStore::slow))
        .histograms(
            "etcd_server_apply_duration_seconds",
            "How long commands take in the store.",
            List.of("version", "op", "success"),
            this::applied);
  }

  private void applied(NodeMetrics.Histograms histograms) {
    var store = server.measuredStore();
    if (store != null) {
      store.forEachKind((type, success, times) ->
          histograms.add(times, "v3", nameOf(type), Boolean.toString(success)));
    }
  }

  /// In etcd's spelling, where etcd has such a command.
  private static String nameOf(Command.Type type) {
    return switch (type) {
      case PUT -> "Put";
      case DELETE_RANGE -> "DeleteRange";
      case TXN -> "Txn";
      case COMPACT -> "Compaction";
      case LEASE_GRANT -> "LeaseGrant";
      case LEASE_REVOKE -> "LeaseRevoke";
      case ALARM -> "Alarm";
      case LEASE_EXPIRE -> "LeaseExpire";
      case BECOME_LESSOR -> "BecomeLessor";
      case DIRECTORY -> "ClusterMemberAttrSet";
      case PUBLISH -> "Publish";
    };
  }

  private void reads() {
    var times = server.readTimes();
    metrics
        .counter(
            "etcd_mvcc_range_total",
            "Ranges, and transactions that only read.",
            () -> times.ranges(true).count() + times.ranges(false).count())
        .histograms(
            "etcd_server_range_duration_seconds",
            "How long the store takes over ranges.",
            List.of("success"),
            histograms -> {
              histograms.add(times.ranges(true), "true");
              histograms.add(times.ranges(false), "false");
            })
        .histogram(
            "etcd_mvcc_hash_rev_duration_seconds",
            "How long the store takes over hashes up to a revision.",
            times::hashes);
  }

  private void watches() {
    metrics
        .gauge(
            "etcd_debugging_mvcc_watcher_total", "Watchers.", () -> ofWatches(WatchHub::watchers))
        .gauge(
            "etcd_debugging_mvcc_watch_stream_total",
            "Streams that watchers share.",
            () -> server.doors().calls().open("Watch"))
        .gauge(
            "etcd_debugging_mvcc_slow_watcher_total",
            "Watchers that have not seen everything yet.",
            () -> ofWatches(WatchHub::lagging))
        .counter(
            "etcd_debugging_mvcc_events_total",
            "Events that watchers were sent.",
            () -> ofWatches(WatchHub::shown));
  }

  private void leases() {
    metrics
        .counter(
            "etcd_debugging_lease_granted_total",
            "Leases granted.",
            () -> ofLeases(LeaseCounters::granted))
        .counter(
            "etcd_debugging_lease_revoked_total",
            "Leases revoked or expired.",
            () -> ofLeases(leases -> leases.revoked() + leases.expired()))
        .counter(
            "etcd_debugging_lease_renewed_total",
            "Leases renewed by this node as the lessor.",
            () -> ofLeases(LeaseCounters::renewed))
        .counter(
            "etcd_debugging_server_lease_expired_total",
            "Leases expired.",
            () -> ofLeases(LeaseCounters::expired));
  }

  private double ofLeases(ToDoubleFunction<LeaseCounters> value) {
    var lessor = server.lessor();
    return lessor == null ? 0 : value.applyAsDouble(lessor.counters());
  }

  private double ofStore(ToDoubleFunction<KvStore> value) {
    return ofCommands(store -> value.applyAsDouble(store.store()));
  }

  private double ofCommands(ToDoubleFunction<MeasuredStore> value) {
    var store = server.measuredStore();
    return store == null ? 0 : value.applyAsDouble(store);
  }

  private double ofWatches(ToDoubleFunction<WatchHub> value) {
    var watches = server.watches();
    return watches == null ? 0 : value.applyAsDouble(watches);
  }
}
