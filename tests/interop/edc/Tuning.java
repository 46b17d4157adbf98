import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.eclipse.edc.connector.controlplane.contract.spi.negotiation.ConsumerContractNegotiationManager;
import org.eclipse.edc.connector.controlplane.contract.spi.negotiation.ProviderContractNegotiationManager;
import org.eclipse.edc.connector.controlplane.contract.spi.negotiation.store.ContractNegotiationStore;
import org.eclipse.edc.connector.controlplane.transfer.spi.TransferProcessManager;
import org.eclipse.edc.connector.controlplane.transfer.spi.store.TransferProcessStore;
import org.eclipse.edc.connector.dataplane.spi.manager.DataPlaneManager;
import org.eclipse.edc.connector.dataplane.spi.store.DataPlaneStore;
import org.eclipse.edc.spi.retry.ExponentialWaitStrategy;
import org.eclipse.edc.spi.system.ServiceExtensionContext;
import org.eclipse.edc.statemachine.AbstractStateEntityManager;
import org.eclipse.edc.store.InMemoryStatefulEntityStore;

/**
 * Lets measurements sweep settings that EDC reads at its start only, without a new Java that is cold again.
 *
 * <p>{@code POST /WAIT_MS/BATCH} stops the state machines, forgets all processes (the in-memory stores look through all
 * there are, so that they get slower with each), and starts the machines again as EDC does with these settings.
 */
final class Tuning {
    private static final List<Class<?>> MANAGERS = List.of(
            ConsumerContractNegotiationManager.class, ProviderContractNegotiationManager.class,
            TransferProcessManager.class, DataPlaneManager.class);
    private static final List<Class<?>> STORES =
            List.of(ContractNegotiationStore.class, TransferProcessStore.class, DataPlaneStore.class);

    private final ServiceExtensionContext context;

    private Tuning(ServiceExtensionContext context) {
        this.context = context;
    }

    static void listen(int port, ServiceExtensionContext context) throws IOException {
        var tuning = new Tuning(context);
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newSingleThreadExecutor(work -> {
            var thread = new Thread(work, "tuning");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", exchange -> {
            var parts = exchange.getRequestURI().getPath().split("/");
            var answer = new byte[0];
            var status = 200;
            try {
                tuning.set(Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
            } catch (Exception error) {
                answer = String.valueOf(error).getBytes();
                status = 500;
            }
            exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    private void set(long wait, int batch) throws ReflectiveOperationException {
        for (var type : MANAGERS) {
            ((AbstractStateEntityManager<?, ?>) context.getService(type)).stop();
        }
        for (var type : STORES) {
            for (var name : List.of("entitiesById", "leases")) {
                ((Map<?, ?>) field(InMemoryStatefulEntityStore.class, name).get(context.getService(type))).clear();
            }
        }
        System.gc();
        for (var type : MANAGERS) {
            var manager = (AbstractStateEntityManager<?, ?>) context.getService(type);
            field(AbstractStateEntityManager.class, "waitStrategy").set(manager, new ExponentialWaitStrategy(wait));
            field(AbstractStateEntityManager.class, "batchSize").set(manager, batch);
            manager.start();
        }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        var field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
