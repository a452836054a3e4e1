package io.quorate.bench.micro;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.store.Command;
import io.quorate.store.Request;
import io.quorate.store.Validation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/// A put at the door of the node that a client calls.
public class PutRequestBenchmark extends Micro {
  private static final int MAX_TXN_OPS = 128;

  private final Bytes request = Puts.request(1);

  /// Read and held against etcd's rules.
  @Benchmark
  public void admit(Blackhole hole) throws MalformedException {
    var put = Request.Put.read(request);
    hole.consume(put);
    hole.consume(Validation.check(put, MAX_TXN_OPS));
  }

  /// Copied behind its type, as a batch carries it.
  @Benchmark
  public Bytes command() {
    return Command.of(Command.Type.PUT, request).encode();
  }
}
