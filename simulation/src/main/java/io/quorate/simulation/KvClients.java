package io.quorate.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.CompactionRequest;
import io.quorate.api.CompactionResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Node;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import io.quorate.simulation.history.KvAnswer;
import io.quorate.simulation.history.KvHistory;
import io.quorate.simulation.history.KvRequest;
import io.quorate.simulation.history.WatchHistory;
import io.quorate.simulation.watch.ViolationException;
import io.quorate.store.Code;
import io.quorate.store.Failure;
import io.quorate.store.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Clients of a key-value world: they ask any node for what [KvRequests] draws, are more or less
/// patient, ask once more where they got no answer, and write down what they were told.
final class KvClients {
  private static final long MILLISECOND = 1_000_000;

  /// Longer than any node lets a call wait.
  private static final long PATIENCE = 20_000 * MILLISECOND;

  private static final int ATTEMPTS = 4;

  private final World<Outcome> world;
  private final KvMachines machines;
  private final Draw draw;
  private final KvHistory history;
  private final KvRequests requests;
  private final WatchHistory watched;

  private record Open(Node<Outcome> node, Rpcs services, int life) {}

  /// By host. Lives are told apart by their nodes: an incarnation that a crash took before it was
  /// durable comes again.
  private final Map<Long, Open> open = new TreeMap<>();

  private int lives;
  private int calls;

  KvClients(
      World<Outcome> world,
      KvMachines machines,
      Draw draw,
      KvHistory history,
      KvRequests requests,
      WatchHistory watched) {
    this.world = world;
    this.machines = machines;
    this.draw = draw;
    this.history = history;
    this.requests = requests;
    this.watched = watched;
  }

  /// Goes on asking from a time until another, with about so many nanoseconds in between.
  void begin(long gap, long from, long until) {
    world.timeline().repeat(from, until, () -> draw.delay(gap), this::act);
  }

  /// Keys that are never written together with others.
  List<String> singleKeys() {
    return requests.singleKeys();
  }

  /// Calls that have neither been answered nor given up.
  int open() {
    return calls;
  }

  /// Reads everything, at every node that can answer.
  void readAll() {
    for (var host : world.hosts()) {
      if (!host.isLost()) {
        askOnce(host, KvRequests::all, answer -> {});
      }
    }
  }

  private void act() {
    if (requests.drawsSingle()) {
      actOnSingle(requests.singleKey());
    } else {
      actOnShared(requests.sharedKey());
    }
  }

  private void actOnSingle(String key) {
    int choice = draw.below(100);
    if (choice < 35) {
      ask(() -> KvRequest.of(requests.put(key)));
    } else if (choice < 65) {
      ask(() -> requests.get(key));
    } else if (choice < 77) {
      ask(() -> KvRequest.of(requests.delete(key)));
    } else {
      swap(key);
    }
  }

  private void actOnShared(String key) {
    int choice = draw.below(100);
    if (choice < 20) {
      ask(() -> KvRequest.of(requests.put(key)));
    } else if (choice < 30) {
      ask(() -> requests.get(key));
    } else if (choice < 42) {
      ask(requests::ranged);
    } else if (choice < 47) {
      ask(requests::past);
    } else if (choice < 52) {
      ask(requests::reads);
    } else if (choice < 60) {
      ask(() -> KvRequest.of(requests.delete(key)));
    } else if (choice < 63) {
      ask(requests::deleteSome);
    } else if (choice < 75) {
      swap(key);
    } else if (choice < 98) {
      askOnce(anyHost(), requests::look, found -> ask(() -> requests.transaction(found)));
    } else {
      compact(anyHost());
    }
  }

  /// Looks at a key, and changes it if it is still as it was found.
  private void swap(String key) {
    askOnce(anyHost(), () -> requests.get(key), found -> ask(() -> requests.swap(key, found)));
  }

  private SimulatedHost<Outcome> anyHost() {
    return draw.pick(world.hosts());
  }

  private void ask(Supplier<KvRequest> drawn) {
    ask(anyHost(), drawn, 1, ATTEMPTS, answer -> {});
  }

  private void askOnce(
      SimulatedHost<Outcome> host, Supplier<KvRequest> drawn, Consumer<KvAnswer> then) {
    ask(host, drawn, 1, 1, then);
  }

  /// Asks a node, and if nothing comes of it perhaps another one: by a request of its own, for the
  /// first may yet take effect.
  ///
  /// @param attempt 1, 2, 3 …, of so many at most
  private void ask(
      SimulatedHost<Outcome> host,
      Supplier<KvRequest> drawn,
      int attempt,
      int most,
      Consumer<KvAnswer> then) {
    var node = host.node();
    if (node == null || node.waitsForWelcomes()) {
      return;
    }
    host.onLoop(() -> {
      var services = services(host, node);
      var request = drawn.get();
      var call = history.begin(host.trueTime(), services.life, request);
      var method = KvWire.method(request);
      call(
          host,
          services,
          method,
          KvWire.message(request),
          new Reply() {
            @Override
            public void done(Bytes response) throws InvalidProtocolBufferException {
              var answer = KvWire.answer(request, response);
              call.answered(host.trueTime(), answer);
              requests.told(answer.revision());
              if (attempt > 1) {
                world.moments().saw("answer to a second attempt");
              }
              then.accept(answer);
            }

            @Override
            public void failed(boolean certainly) {
              if (certainly) {
                call.refused(host.trueTime());
              }
              if (attempt < most && draw.chance(0.5)) {
                world
                    .timeline()
                    .in(
                        draw.delay(20 * MILLISECOND),
                        () -> ask(anyHost(), drawn, attempt + 1, most, then));
              }
            }
          });
    });
  }

  /// A call waits until it is answered or given up, whichever comes first.
  private final class Waiting {
    private boolean over;

    Waiting() {
      calls++;
    }

    /// @return whether it had not ended before
    boolean ends() {
      boolean was = over;
      over = true;
      calls -= was ? 0 : 1;
      return !was;
    }
  }

  /// Takes an answer.
  private interface Reply {
    /// Parsing the answer cannot fail.
    void done(Bytes response) throws InvalidProtocolBufferException;

    /// @param certainly whether the call has taken no effect, and never will
    void failed(boolean certainly);
  }

  private void call(
      SimulatedHost<Outcome> host, Open services, String method, MessageLite request, Reply reply) {
    var rpc = services.services.unary().get("etcdserverpb.KV/" + method);
    if (rpc == null) {
      throw new IllegalStateException(method);
    }
    var waiting = new Waiting();
    world.trace().line(() -> "node %s is asked to %s".formatted(host, method));
    // A node that goes down never answers.
    world
        .timeline()
        .in(
            draw.chance(0.9) ? PATIENCE : draw.delay(200 * MILLISECOND),
            () -> {
              if (waiting.ends()) {
                reply.failed(false);
              }
            });
    rpc.call(
        Rpc.Metadata.NONE,
        Bytes.of(request.toByteArray()),
        new Rpc.Reply() {
          @Override
          public void done(Bytes response) {
            if (!waiting.ends()) {
              return;
            }
            world.trace().line(() -> "node %s has answered %s".formatted(host, method));
            try {
              reply.done(response);
            } catch (InvalidProtocolBufferException e) {
              throw new ViolationException("api", "no answer to " + method + ": " + e.getMessage());
            }
          }

          @Override
          public void failed(int code, String text) {
            if (waiting.ends()) {
              world.trace().line(() -> "node %s has failed %s: %s".formatted(host, method, text));
              if (text.equals(Failure.COMPACTED.text())) {
                world.moments().saw("read of what was compacted");
              }
              reply.failed(isCertain(code, text));
            }
          }
        });
  }

  /// Whether a failure says that nothing has happened: all but those that say that the outcome is
  /// unknown, and that which says that it happened.
  private static boolean isCertain(int code, String text) {
    return code != Code.UNAVAILABLE.number()
        && !text.equals(Failure.WRITTEN_BUT_ANSWER_TOO_LARGE.text());
  }

  private void compact(SimulatedHost<Outcome> host) {
    var node = host.node();
    if (node == null || node.waitsForWelcomes()) {
      return;
    }
    boolean physical = requests.physically();
    long revision = requests.compaction();
    watched.compacts(revision);
    var request =
        CompactionRequest.newBuilder().setRevision(revision).setPhysical(physical).build();
    host.onLoop(() ->
        call(
            host,
            services(host, node),
            "Compact",
            request,
            new Reply() {
              @Override
              public void done(Bytes response) throws InvalidProtocolBufferException {
                requests.told(
                    CompactionResponse.parseFrom(response.asByteBuffer())
                        .getHeader()
                        .getRevision());
                world.moments().saw(physical ? "compaction carried out" : "compaction");
              }

              @Override
              public void failed(boolean certainly) {}
            }));
  }

  /// What clients can call on the present life of a node.
  Rpcs rpcs(SimulatedHost<Outcome> host, Node<Outcome> node) {
    return services(host, node).services;
  }

  private Open services(SimulatedHost<Outcome> host, Node<Outcome> node) {
    var last = open.get(host.id());
    if (last == null || last.node != node) {
      last = new Open(node, machines.services(host, node), lives++);
      open.put(host.id(), last);
    }
    return last;
  }
}
