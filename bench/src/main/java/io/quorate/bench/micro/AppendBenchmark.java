package io.quorate.bench.micro;

import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/// The message that brings a batch to a follower.
public class AppendBenchmark extends Micro {
  private final Codec<Message> codec = Raft.PROTOCOL.messages();
  private final Message append =
      new RaftMessage.Append(7, 40, new Point(999_999, 7), List.of(Puts.entry()), 999_999);
  private final Bytes encoded = codec.encode(append);
  private final WireWriter out = new WireWriter(1 << 16);

  /// Into the buffer of a link, which is used again.
  @Benchmark
  public int encode() {
    out.clear();
    codec.write(append, out);
    return out.length();
  }

  @Benchmark
  public Message decode() throws MalformedException {
    return codec.decode(encoded);
  }
}
