#include "gateway/fix/open_stores.hpp"

#include <stdexcept>
#include <utility>

#include "gateway/log.hpp"

namespace tickweir::gateway::fix {
namespace {

void tell(const std::string& session, const StoreFound& found) {
    const log::Logger logger = log::module("fix");
    if (!found.text.empty()) logger.warning("store of session {}: {}", session, found.text);
    if (found.numbers_lost)
        logger.error("store of session {}: its sequence numbers are lost and begin at 1", session);
}

}  // namespace

OpenedStores open_stores(const FixSettings& settings, txn::io::Files& files, book::TimeNs now) {
    OpenedStores opened;
    if (settings.store_directory.empty()) {
        for (std::size_t i = 0; i < settings.sessions.size(); ++i)
            opened.stores.push_back(MessageStore::without_files(now));
        return opened;
    }
    auto directory = StoreDirectory::open(files, settings.store_directory);
    if (!directory) throw std::runtime_error{"fix.store: " + to_string(directory.error())};
    opened.directory = std::move(*directory);
    for (const SessionSettings& session : settings.sessions) {
        auto store = MessageStore::open(*opened.directory, session.name, session.store, now);
        if (!store)
            throw std::runtime_error{"fix.store: session " + session.name + ": " +
                                     to_string(store.error())};
        tell(session.name, (*store)->found());
        opened.stores.push_back(std::move(*store));
    }
    return opened;
}

}  // namespace tickweir::gateway::fix
