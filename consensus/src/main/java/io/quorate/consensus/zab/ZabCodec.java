package io.quorate.consensus.zab;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.consensus.zab.ZabMessage.Ack;
import io.quorate.consensus.zab.ZabMessage.AckEpoch;
import io.quorate.consensus.zab.ZabMessage.AckLeader;
import io.quorate.consensus.zab.ZabMessage.CEpoch;
import io.quorate.consensus.zab.ZabMessage.FromLeader;
import io.quorate.consensus.zab.ZabMessage.Notification;
import io.quorate.consensus.zab.ZabMessage.Pong;
import io.quorate.consensus.zab.ZabMessage.Said;
import io.quorate.consensus.zab.ZabMessage.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The byte form of [ZabMessage].
final class ZabCodec implements Codec<Message> {
  @Override
  public void write(Message message, WireWriter out) {
    switch ((ZabMessage) message) {
      case Notification notification -> {
        out.u8(1);
        writeNotification(notification, out);
      }
      case CEpoch(Link link, long accepted) -> {
        head(out, 2, link, accepted);
      }
      case AckEpoch(Link link, long epoch, boolean promises, long current, List<Point> ends) -> {
        head(out, 3, link, epoch);
        out.bool(promises);
        out.varint(current);
        out.varint(ends.size());
        ends.forEach(end -> Point.CODEC.write(end, out));
      }
      case AckLeader(Link link, long epoch) -> head(out, 4, link, epoch);
      case Ack(Link link, long epoch, long upTo) -> {
        head(out, 5, link, epoch);
        out.varint(upTo);
      }
      case Pong(Link link, long epoch, long round) -> {
        head(out, 6, link, epoch);
        out.varint(round);
      }
      case FromLeader(Link link, long epoch, long number, Said said) -> {
        head(out, 7, link, epoch);
        out.varint(number);
        writeSaid(said, out);
      }
    }
  }

  private static void head(WireWriter out, int kind, Link link, long epoch) {
    out.u8(kind);
    Link.CODEC.write(link, out);
    out.varint(epoch);
  }

  private static void writeNotification(Notification notification, WireWriter out) {
    out.u8(
        switch (notification.state()) {
          case LOOKING -> 0;
          case FOLLOWING -> 1;
          case LEADING -> 2;
        });
    out.varint(notification.round());
    out.varint(notification.currentEpoch());
    Point.CODEC.write(notification.last(), out);
    writeId(notification.preferred(), out);
    out.bool(notification.reaches());
    writeId(notification.vote(), out);
  }

  private static void writeId(@Nullable ReplicaId id, WireWriter out) {
    out.bool(id != null);
    if (id != null) {
      ReplicaId.CODEC.write(id, out);
    }
  }

  private static @Nullable ReplicaId readId(WireReader in) throws MalformedException {
    return in.bool() ? ReplicaId.CODEC.read(in) : null;
  }

  private static void writeSaid(Said said, WireWriter out) {
    switch (said) {
      case Said.NewEpoch() -> out.u8(1);
      case Said.Trunc(Point to) -> {
        out.u8(2);
        Point.CODEC.write(to, out);
      }
      case Said.Diff(List<Entry> entries) -> {
        out.u8(3);
        Entry.LIST_CODEC.write(entries, out);
      }
      case Said.Behind(long committed) -> {
        out.u8(4);
        out.varint(committed);
      }
      case Said.NewLeader() -> out.u8(5);
      case Said.CommitLeader(long committed) -> {
        out.u8(6);
        out.varint(committed);
      }
      case Said.Propose(List<Entry> entries, long committed) -> {
        out.u8(7);
        Entry.LIST_CODEC.write(entries, out);
        out.varint(committed);
      }
      case Said.Commit(long upTo) -> {
        out.u8(8);
        out.varint(upTo);
      }
      case Said.Ping(long round, boolean repeat) -> {
        out.u8(9);
        out.varint(round);
        out.bool(repeat);
      }
    }
  }

  @Override
  public Message read(WireReader in) throws MalformedException {
    int kind = in.u8();
    if (kind == 1) {
      return readNotification(in);
    }
    var link = Link.CODEC.read(in);
    long epoch = in.count();
    return switch (kind) {
      case 2 -> new CEpoch(link, epoch);
      case 3 -> new AckEpoch(link, epoch, in.bool(), in.count(), readEnds(in));
      case 4 -> new AckLeader(link, epoch);
      case 5 -> new Ack(link, epoch, in.count());
      case 6 -> new Pong(link, epoch, in.count());
      case 7 -> new FromLeader(link, epoch, in.count(), readSaid(epoch, in));
      default -> throw new MalformedException("Zab has no message of kind " + kind);
    };
  }

  private static Notification readNotification(WireReader in) throws MalformedException {
    int number = in.u8();
    var state =
        switch (number) {
          case 0 -> State.LOOKING;
          case 1 -> State.FOLLOWING;
          case 2 -> State.LEADING;
          default -> throw new MalformedException("no member is in state " + number);
        };
    long round = in.count();
    long epoch = in.count();
    var last = Point.CODEC.read(in);
    var preferred = readId(in);
    boolean reaches = in.bool();
    return new Notification(state, round, epoch, last, preferred, reaches, readId(in));
  }

  private static List<Point> readEnds(WireReader in) throws MalformedException {
    int count = in.size(2);
    if (count == 0) {
      throw new MalformedException("a history without an end");
    }
    var ends = new ArrayList<Point>(count);
    for (int i = 0; i < count; i++) {
      var end = Point.CODEC.read(in);
      if (i > 0 && (end.index() <= ends.getLast().index() || end.mark() < ends.getLast().mark())) {
        throw new MalformedException("ends of a history out of order: " + ends + ", " + end);
      }
      ends.add(end);
    }
    return List.copyOf(ends);
  }

  private static Said readSaid(long epoch, WireReader in) throws MalformedException {
    int kind = in.u8();
    return switch (kind) {
      case 1 -> new Said.NewEpoch();
      case 2 -> new Said.Trunc(Point.CODEC.read(in));
      case 3 -> new Said.Diff(readEntries(0, epoch, in));
      case 4 -> new Said.Behind(in.count());
      case 5 -> new Said.NewLeader();
      case 6 -> new Said.CommitLeader(in.count());
      case 7 -> new Said.Propose(readEntries(epoch, epoch, in), in.count());
      case 8 -> new Said.Commit(in.count());
      case 9 -> new Said.Ping(in.count(), in.bool());
      default -> throw new MalformedException("no leader of Zab says anything of kind " + kind);
    };
  }

  /// Entries that follow each other, of epochs that do not fall.
  private static List<Entry> readEntries(long lowest, long highest, WireReader in)
      throws MalformedException {
    var entries = Entry.LIST_CODEC.read(in);
    if (entries.isEmpty()) {
      throw new MalformedException("no entries");
    }
    long index = entries.getFirst().index() - 1;
    long mark = lowest;
    for (var entry : entries) {
      if (entry.index() != ++index || entry.mark() < mark || entry.mark() > highest) {
        throw new MalformedException(
            "entry %s cannot follow %s@%s in epoch %s"
                .formatted(entry.point(), index - 1, mark, highest));
      }
      mark = entry.mark();
    }
    return entries;
  }
}
