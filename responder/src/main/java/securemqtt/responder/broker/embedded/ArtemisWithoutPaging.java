package securemqtt.responder.broker.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import javax.management.MBeanServer;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.filter.Filter;
import org.apache.activemq.artemis.core.paging.PagedMessage;
import org.apache.activemq.artemis.core.paging.PagingStore;
import org.apache.activemq.artemis.core.paging.PagingStoreFactory;
import org.apache.activemq.artemis.core.paging.cursor.PageCursorProvider;
import org.apache.activemq.artemis.core.paging.cursor.PageSubscription;
import org.apache.activemq.artemis.core.paging.cursor.PagedReference;
import org.apache.activemq.artemis.core.paging.impl.PagingStoreFactoryNIO;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.utils.actors.ArtemisExecutor;

/**
 * Artemis without the data structures for paging, which would read messages back from disk. They take 8 KiB for each
 * topic, a third of the memory of a client. Use it only with address settings that never page.
 */
final class ArtemisWithoutPaging extends ActiveMQServerImpl {
    ArtemisWithoutPaging(Configuration configuration, MBeanServer mbeans) {
        super(configuration, mbeans);
    }

    @Override
    protected PagingStoreFactory getPagingStoreFactory() {
        Configuration configuration = getConfiguration();
        return new PagingStoreFactoryNIO(
                getStorageManager(),
                configuration.getPagingLocation(),
                configuration.getPageSyncTimeout(),
                scheduledPool,
                pageExecutorFactory,
                configuration.isJournalSyncNonTransactional(),
                ioCriticalErrorListener) {
            @Override
            public PageCursorProvider newCursorProvider(
                    PagingStore store, StorageManager storage, AddressSettings settings, ArtemisExecutor executor) {
                return NoPages.INSTANCE;
            }
        };
    }

    /** Does nothing, because there are no pages: a queue without a page subscription reads none. */
    private enum NoPages implements PageCursorProvider {
        INSTANCE;

        @Override
        public PageSubscription createSubscription(long queue, Filter filter, boolean durable) {
            return null;
        }

        @Override
        public PageSubscription getSubscription(long queue) {
            return null;
        }

        @Override
        public void forEachSubscription(Consumer<PageSubscription> consumer) {}

        @Override
        public PagedReference newReference(PagedMessage message, PageSubscription subscription) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Boolean> scheduleCleanup() {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public boolean isRebuildDone() {
            return true;
        }

        @Override
        public void processReload() {}

        @Override
        public void stop() {}

        @Override
        public void counterSnapshot() {}

        @Override
        public void flushExecutors() {}

        @Override
        public void disableCleanup() {}

        @Override
        public void resumeCleanup() {}

        @Override
        public void onPageModeCleared() {}

        @Override
        public void close(PageSubscription subscription) {}

        @Override
        public void checkClearPageLimit() {}

        @Override
        public void counterRebuildStarted() {}

        @Override
        public void counterRebuildDone() {}
    }
}
