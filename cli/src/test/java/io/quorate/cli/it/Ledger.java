package io.quorate.cli.it;

import io.quorate.api.RangeResponse;
import io.quorate.api.mvcc.KeyValue;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// What clients were told, and what must follow from it, whatever happened to the nodes. Every
/// value is written once at most, so it tells which write it comes from.
final class Ledger {
  /// What a read that begins now must see at least.
  record Least(long revision, long modRevision) {}

  private record Acknowledged(String value, long revision) {}

  private final Map<String, String> keyOf = new ConcurrentHashMap<>();
  private final Map<String, Acknowledged> newestOf = new ConcurrentHashMap<>();
  private final Map<Long, String> valueAt = new ConcurrentHashMap<>();
  private final AtomicLong newest = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final List<String> violations = new CopyOnWriteArrayList<>();

  List<String> violations() {
    return violations;
  }

  long acknowledged() {
    return acknowledged.get();
  }

  long reads() {
    return reads.get();
  }

  /// The greatest revision that anybody was told.
  long newest() {
    return newest.get();
  }

  /// A write is about to be sent.
  void writes(String key, String value) {
    keyOf.put(value, key);
  }

  /// A write was acknowledged with its revision.
  void wrote(String key, String value, long revision) {
    var other = valueAt.putIfAbsent(revision, value);
    if (other != null && !other.equals(value)) {
      violations.add("%s and %s both have revision %d".formatted(other, value, revision));
    }
    newestOf.merge(
        key, new Acknowledged(value, revision), (a, b) -> a.revision >= b.revision ? a : b);
    newest.accumulateAndGet(revision, Math::max);
    acknowledged.incrementAndGet();
  }

  Least readBegins(String key) {
    var last = newestOf.get(key);
    return new Least(newest.get(), last == null ? 0 : last.revision);
  }

  /// A linearizable read was answered.
  void read(String key, Least least, RangeResponse answer) {
    reads.incrementAndGet();
    long revision = answer.getHeader().getRevision();
    if (revision < least.revision) {
      violations.add(
          "a read of %s at revision %d, and %d was known before it began"
              .formatted(key, revision, least.revision));
    }
    if (answer.getKvsCount() == 0) {
      if (least.modRevision > 0) {
        violations.add("%s is gone, written at %d".formatted(key, least.modRevision));
      }
      return;
    }
    var found = answer.getKvs(0);
    if (found.getModRevision() < least.modRevision) {
      violations.add(
          "%s as of %d, and %d was acknowledged before the read began"
              .formatted(key, found.getModRevision(), least.modRevision));
    }
    check(key, found);
    newest.accumulateAndGet(revision, Math::max);
  }

  /// What a key holds must be what was written at that revision.
  private void check(String key, KeyValue found) {
    var value = found.getValue().toStringUtf8();
    if (!key.equals(keyOf.get(value))) {
      violations.add("%s holds %s, which was never written there".formatted(key, value));
    }
    var other = valueAt.putIfAbsent(found.getModRevision(), value);
    if (other != null && !other.equals(value)) {
      violations.add(
          "%s and %s both have revision %d".formatted(other, value, found.getModRevision()));
    }
  }

  /// A watch of everything has shown a write, the next one behind that at `after`: every revision
  /// is one write here.
  void watched(String key, String value, long after, long revision) {
    if (revision != after + 1 && after > 0) {
      violations.add("a watch showed revision %d behind %d: %s".formatted(revision, after, value));
    }
    if (!key.equals(keyOf.get(value))) {
      violations.add("a watch showed %s = %s, which was never written".formatted(key, value));
    }
    var other = valueAt.putIfAbsent(revision, value);
    if (other != null && !other.equals(value)) {
      violations.add("%s and a watch's %s both have revision %d".formatted(other, value, revision));
    }
  }

  /// Everything that was acknowledged must be in what somebody keeps.
  void mustBeIn(Map<String, KeyValue> kept, String who) {
    newestOf.forEach((key, last) -> {
      var found = kept.get(key);
      if (found == null || found.getModRevision() < last.revision) {
        violations.add(
            "%s lost %s = %s, acknowledged at %d".formatted(who, key, last.value, last.revision));
      }
    });
    kept.forEach(this::check);
  }
}
