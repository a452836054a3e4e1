package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/// A hash over what a store logically holds up to a revision: the same on every replica and engine,
/// after a restart, and however far removal has come.
///
/// @param hash CRC-32C
/// @param compacted the compacted revision that it was computed with; -1 if nothing ever was
/// @param revision up to which; hashes compare only where both revisions are the same
/// @param newest the store's revision at that moment
public record StoreHash(int hash, long compacted, long revision, long newest)
    implements HashOutcome {
  private static final Bytes NAME = Bytes.utf8("key");

  static StoreHash of(Reads.State state, long revision) {
    var revisions = state.revisions();
    var checksum = new CRC32C();
    var out = new WireWriter();
    out.raw(NAME);
    out.u64(revisions.compacted());
    out.u64(revision);
    update(checksum, out);
    try (var content =
        new Content(state.keys(), revisions, Meta.removed(state.view()), 0, revision)) {
      add(content, out, List.of(checksum));
    }
    return new StoreHash(
        (int) checksum.getValue(), revisions.compacted(), revision, revisions.newest());
  }

  /// The body of a `HashKVResponse`, without its header.
  public Bytes body() {
    return Responses.hash(Integer.toUnsignedLong(hash), compacted, revision);
  }

  /// A hash over all that a store holds and that outlasts a restart: also leases, alarms and the
  /// directory. Never 0 (etcd-100, 101).
  static long ofAll(Reads.State state) {
    var checksum = new CRC32C();
    var out = new WireWriter();
    out.u32(of(state, state.revisions().newest()).hash());
    NodeEntry.LIST_CODEC.write(Meta.nodes(state.view()), out);
    Alarm.LIST_CODEC.write(Meta.alarms(state.view()), out);
    try (var leases = new StoredLeases(state.view())) {
      while (leases.next()) {
        add(leases.id(), leases.ttl(), state.keys(), out);
      }
    }
    update(checksum, out);
    return Math.max(1, checksum.getValue());
  }

  /// Two checksums in one over all that a store logically holds.
  static long digest(
      Keys keys,
      Meta.Revisions revisions,
      Meta.Removed removed,
      List<NodeEntry> nodes,
      Leases leases,
      List<Alarm> alarms) {
    var upper = new CRC32();
    var lower = new CRC32C();
    var out = new WireWriter();
    Meta.Revisions.CODEC.write(revisions, out);
    NodeEntry.LIST_CODEC.write(nodes, out);
    Lessorship.CODEC.write(leases.lessorship(), out);
    Alarm.LIST_CODEC.write(alarms, out);
    leases.ttls().forEach((id, ttl) -> add(id, ttl, keys, out));
    update(upper, out);
    update(lower, out);
    try (var content = new Content(keys, revisions, removed, 0, Keys.NEWEST)) {
      add(content, out, List.of(upper, lower));
    }
    return upper.getValue() << 32 | lower.getValue();
  }

  private static void add(long lease, long ttl, Keys keys, WireWriter out) {
    out.u64(lease);
    out.varint(ttl);
    try (var attached = keys.attached(lease)) {
      while (attached.next()) {
        out.bytes(attached.key());
        Version.CODEC.write(attached.version(), out);
      }
    }
  }

  private static void add(Content content, WireWriter out, List<Checksum> checksums) {
    while (content.next()) {
      out.clear();
      out.u64(content.mod());
      out.u32(content.sub());
      out.bytes(content.keyValue());
      for (var checksum : checksums) {
        update(checksum, out);
      }
    }
  }

  private static void update(Checksum checksum, WireWriter out) {
    checksum.update(out.array(), 0, out.length());
  }
}
