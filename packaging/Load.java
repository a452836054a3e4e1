import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.quorate.client.ByteSequence;
import io.quorate.client.Comparison;
import io.quorate.client.Delete;
import io.quorate.client.KeyRange;
import io.quorate.client.Put;
import io.quorate.client.Query;
import io.quorate.client.QuorateClient;
import io.quorate.client.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/// What the server runs while its classes and profiles are recorded: clients of all nodes, each with
/// a request as soon as it has its answer. Run as a source file: `Load.java SECONDS ADDRESS...`.
class Load {
  private static final int CLIENTS = 16;
  private static final int KEYS = 1_000;
  private static final ByteSequence VALUE = ByteSequence.of(new byte[256]);

  public static void main(String[] arguments) throws InterruptedException {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[0])).toNanos();
    var addresses = List.of(arguments).subList(1, arguments.length);
    var clients = new ArrayList<Thread>();
    try (var all = QuorateClient.connect(addresses)) {
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        clients.add(Thread.ofPlatform().start(() -> run(all.only(number % addresses.size()), number, end)));
      }
      for (var client : clients) {
        client.join();
      }
    }
  }

  private static void run(QuorateClient client, int number, long end) {
    for (int i = number; System.nanoTime() < end; i++) {
      var key = ByteSequence.of("key/" + i * 7919 % KEYS);
      var range = KeyRange.single(key);
      switch (i % 16) {
        case 0 -> client.delete(Delete.of(range));
        case 1 -> client.get(Query.of(KeyRange.prefix(ByteSequence.of("key/1"))).limit(20));
        case 2 ->
            client.transact(
                new Transaction(
                    List.of(new Comparison.OfNumber(key, Comparison.Field.VERSION, Comparison.Relation.EQUAL, 0)),
                    List.of(Put.of(key, VALUE)),
                    List.of(Query.of(range))));
        case 3, 4, 5, 6 -> client.get(Query.of(range));
        case 7 -> client.get(Query.of(range).serializable(true));
        default -> client.put(Put.of(key, VALUE));
      }
    }
  }
}
