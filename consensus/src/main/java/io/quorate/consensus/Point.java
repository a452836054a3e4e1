package io.quorate.consensus;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// A place in a group's log: everything up to and including `index`, whose entry has `mark`.
///
/// At an era's base the mark is 0 for everybody.
public record Point(long index, long mark) {
  public static final Point ORIGIN = new Point(0, 0);

  public static final Codec<Point> CODEC =
      new Codec<>() {
        @Override
        public void write(Point point, WireWriter out) {
          out.varint(point.index);
          out.varint(point.mark);
        }

        @Override
        public Point read(WireReader in) throws MalformedException {
          return new Point(in.count(), in.count());
        }
      };

  @Override
  public String toString() {
    return index + "@" + mark;
  }
}
