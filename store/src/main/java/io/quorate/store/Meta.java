package io.quorate.store;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.journal.FormatException;
import io.quorate.replica.StateMachine.Durable;
import io.quorate.store.Engine.Family;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The records about the whole, as they stand in [Engine.Family#META].
final class Meta {
  /// @param newest of the last write that changed something; 1 before the first (etcd-1)
  /// @param compacted below it the past is forgotten; -1 if nothing ever was (etcd-90)
  record Revisions(long newest, long compacted) {
    static final Revisions FIRST = new Revisions(1, -1);

    static final Codec<Revisions> CODEC =
        new Codec<>() {
          @Override
          public void write(Revisions revisions, WireWriter out) {
            out.varint(revisions.newest);
            out.varint(revisions.compacted);
          }

          @Override
          public Revisions read(WireReader in) throws MalformedException {
            return new Revisions(in.count(), in.varint());
          }
        };
  }

  /// How far what was compacted is removed.
  ///
  /// @param done what this compaction forgot is gone
  /// @param target the compaction that is being carried out; `done` if none is
  /// @param mod where its walk over the changes goes on
  /// @param sub the place in that revision
  record Removed(long done, long target, long mod, int sub) {
    static final Removed NOTHING = upTo(-1);

    static Removed upTo(long compacted) {
      return new Removed(compacted, compacted, 0, 0);
    }

    static final Codec<Removed> CODEC =
        new Codec<>() {
          @Override
          public void write(Removed removed, WireWriter out) {
            out.varint(removed.done);
            out.varint(removed.target);
            out.varint(removed.mod);
            out.varint(removed.sub);
          }

          @Override
          public Removed read(WireReader in) throws MalformedException {
            return new Removed(in.varint(), in.varint(), in.count(), (int) in.count());
          }
        };
  }

  static final Codec<Durable> APPLIED_CODEC =
      new Codec<>() {
        @Override
        public void write(Durable applied, WireWriter out) {
          Point.CODEC.write(applied.applied(), out);
          out.bytes(applied.kept());
          out.varint(applied.begun());
        }

        @Override
        public Durable read(WireReader in) throws MalformedException {
          return new Durable(Point.CODEC.read(in), in.bytes(), (int) in.count());
        }
      };

  private static final Codec<Long> NUMBER_CODEC =
      new Codec<>() {
        @Override
        public void write(Long number, WireWriter out) {
          out.varint(number);
        }

        @Override
        public Long read(WireReader in) throws MalformedException {
          return in.count();
        }
      };

  private Meta() {}

  static Revisions revisions(EngineView view) {
    return read(view.get(Family.META, Layout.META_REVISIONS), Revisions.CODEC, Revisions.FIRST);
  }

  static Removed removed(EngineView view) {
    return read(view.get(Family.META, Layout.META_REMOVAL), Removed.CODEC, Removed.NOTHING);
  }

  static Durable applied(EngineView view) {
    return read(view.get(Family.META, Layout.META_APPLIED), APPLIED_CODEC, Durable.NOTHING);
  }

  static Durable durable(Engine engine) {
    return read(engine.durable(Layout.META_APPLIED), APPLIED_CODEC, Durable.NOTHING);
  }

  static List<NodeEntry> nodes(EngineView view) {
    var nodes = new ArrayList<NodeEntry>();
    try (var cursor = view.cursor(Family.META, Layout.META_NODES, Layout.META_NODES_END)) {
      for (; cursor.isValid(); cursor.next()) {
        nodes.add(decode(cursor.value(), NodeEntry.CODEC));
      }
    }
    return nodes;
  }

  static Lessorship lessorship(EngineView view) {
    return read(view.get(Family.META, Layout.META_LESSORSHIP), Lessorship.CODEC, Lessorship.NONE);
  }

  /// 0: it began empty.
  static long origin(EngineView view) {
    return read(view.get(Family.META, Layout.META_ORIGIN), NUMBER_CODEC, 0L);
  }

  static List<Alarm> alarms(EngineView view) {
    var alarms = new ArrayList<Alarm>();
    try (var cursor = view.cursor(Family.META, Layout.META_ALARMS, Layout.META_ALARMS_END)) {
      for (; cursor.isValid(); cursor.next()) {
        alarms.add(Layout.alarm(cursor.key()));
      }
    }
    return alarms;
  }

  private static <T> T read(@Nullable Bytes stored, Codec<T> codec, T otherwise) {
    return stored == null ? otherwise : decode(stored, codec);
  }

  private static <T> T decode(Bytes stored, Codec<T> codec) {
    try {
      return codec.decode(stored);
    } catch (MalformedException e) {
      throw new EngineException("the store's own records cannot be read: " + e.getMessage(), e);
    }
  }

  /// Marks an empty engine as one of this format, or makes sure that a used one is.
  static void claim(Engine engine) {
    var stored = engine.get(Family.META, Layout.META_FORMAT);
    if (stored == null) {
      var batch = new Batch();
      putFormat(batch);
      engine.write(batch);
    } else if (!stored.equals(format())) {
      throw new FormatException("the store", stored, format());
    }
  }

  static void putFormat(Batch batch) {
    batch.put(Family.META, Layout.META_FORMAT, format());
  }

  private static Bytes format() {
    return Bytes.utf8(Integer.toString(Layout.FORMAT));
  }

  static void putApplied(Batch batch, Durable applied) {
    batch.put(Family.META, Layout.META_APPLIED, APPLIED_CODEC.encode(applied));
  }

  static void putRevisions(Batch batch, Revisions revisions) {
    batch.put(Family.META, Layout.META_REVISIONS, Revisions.CODEC.encode(revisions));
  }

  static void putRemoved(Batch batch, Removed removed) {
    batch.put(Family.META, Layout.META_REMOVAL, Removed.CODEC.encode(removed));
  }

  static void putLease(Batch batch, long id, @Nullable Long ttl) {
    if (ttl == null) {
      batch.remove(Family.META, Layout.lease(id));
    } else {
      batch.put(Family.META, Layout.lease(id), NUMBER_CODEC.encode(ttl));
    }
  }

  /// The TTL of a lease that the store has written.
  static long ttl(Bytes stored) {
    return decode(stored, NUMBER_CODEC);
  }

  static void putLessorship(Batch batch, Lessorship lessorship) {
    batch.put(Family.META, Layout.META_LESSORSHIP, Lessorship.CODEC.encode(lessorship));
  }

  static void putOrigin(Batch batch, long origin) {
    if (origin != 0) {
      batch.put(Family.META, Layout.META_ORIGIN, NUMBER_CODEC.encode(origin));
    }
  }

  static void putAlarm(Batch batch, Alarm alarm, boolean raised) {
    if (raised) {
      batch.put(Family.META, Layout.alarm(alarm), Bytes.EMPTY);
    } else {
      batch.remove(Family.META, Layout.alarm(alarm));
    }
  }

  static void putNode(Batch batch, NodeEntry node) {
    batch.put(Family.META, Layout.node(node.id()), NodeEntry.CODEC.encode(node));
  }
}
