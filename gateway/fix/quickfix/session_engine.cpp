// The engine over QuickFIX: an acceptor that is never started, and calls that let nothing escape.
#include "gateway/fix/session_engine.hpp"

#include <deque>
#include <stdexcept>

#include "gateway/fix/quickfix/adapters.hpp"

namespace tickweir::gateway::fix {
namespace {

using quickfix::LogAdapter;
using quickfix::ResponderAdapter;
using quickfix::StoreAdapter;

FIX::UtcTimeStamp stamp(book::TimeNs now) {
    constexpr std::int64_t ns_per_s = 1'000'000'000;
    const std::int64_t ns = now.time_since_epoch().count();
    return FIX::UtcTimeStamp{static_cast<time_t>(ns / ns_per_s), static_cast<int>(ns % ns_per_s),
                             9};
}

/// The acceptor without a transport: what its hooks would do, the FIX role does. start() is never
/// called, so no thread, no built-in HTTP server and no wait of stop() ever exists.
class VettedAcceptor final : public FIX::Acceptor {
public:
    using FIX::Acceptor::Acceptor;

private:
    void onStart() override {}
    bool onPoll(double /*seconds*/) override { return false; }
    void onStop() override {}
};

/// One configured session and the adapters between it and the host.
struct Row {
    Row(SessionEngineHost& host, SessionId name)
        : store{host, name}, responder{host, name, store}, log{host, name} {}

    StoreAdapter store;
    ResponderAdapter responder;
    LogAdapter log;
    FIX::SessionID id;
    FIX::Session* session = nullptr;  // the acceptor's
};

}  // namespace

struct SessionEngine::Impl final : FIX::Application, FIX::MessageStoreFactory {
    Impl(const EngineOptions& options, std::span<const EngineSession> sessions,
         SessionEngineHost& given);
    ~Impl() override = default;

    // FIX::MessageStoreFactory; what it gives out is a row's.
    FIX::MessageStore* create(const FIX::SessionID& id) override { return &row_of(id).store; }
    void destroy(FIX::MessageStore*) override {}

    // FIX::Application
    void onCreate(const FIX::SessionID&) override {}
    void onLogon(const FIX::SessionID& id) override;
    void onLogout(const FIX::SessionID& id) override;
    void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
    void toApp(FIX::Message&, const FIX::SessionID&) override {}
    void fromAdmin(const FIX::Message& message, const FIX::SessionID& id) override;
    void fromApp(const FIX::Message& message, const FIX::SessionID& id) override;

    void add_dictionary(const EngineOptions& options);
    Row& row_of(const FIX::SessionID& id);
    SessionId name_of(const FIX::SessionID& id) { return names.at(id); }
    Row& row(SessionId session) { return rows.at(static_cast<std::size_t>(session)); }

    template <class Call>
    FrameOutcome guarded(SessionId session, Call&& call);
    template <class Tell>
    void tell(Tell&& tell_host);

    // The factories of stores and logs differ in what create() returns only.
    struct Logs final : FIX::LogFactory {
        explicit Logs(Impl& owner) : impl{owner} {}
        FIX::Log* create() override { return &none; }
        FIX::Log* create(const FIX::SessionID& id) override { return &impl.row_of(id).log; }
        void destroy(FIX::Log*) override {}
        Impl& impl;
        FIX::NullLog none;
    };

    SessionEngineHost& host;
    Logs logs{*this};
    std::deque<Row> rows;  // by SessionId; they stay where they are
    std::map<FIX::SessionID, SessionId> names;
    bool failed = false;  // a callback met an exception, which must not pass the library
    std::unique_ptr<VettedAcceptor> acceptor;
};

// ---------------------------------------------------------------- making

SessionEngine::Impl::Impl(const EngineOptions& options, std::span<const EngineSession> sessions,
                          SessionEngineHost& given)
    : host{given} {
    FIX::SessionSettings settings;
    for (const EngineSession& session : sessions) {
        const FIX::SessionID id{options.begin_string, options.comp_id, session.comp_id};
        const auto name = SessionId{static_cast<std::uint32_t>(rows.size())};
        rows.emplace_back(host, name).id = id;
        names[id] = name;
        FIX::Dictionary keys;
        keys.setString(FIX::CONNECTION_TYPE, "acceptor");
        keys.setString(FIX::USE_DATA_DICTIONARY, "N");
        keys.setString(FIX::START_TIME, quickfix::session_start);
        keys.setString(FIX::END_TIME, quickfix::session_end);
        keys.setInt(FIX::MAX_LATENCY, static_cast<int>(session.sending_time_s));
        settings.set(id, keys);
    }
    acceptor = std::make_unique<VettedAcceptor>(*this, *this, settings, logs);
    for (Row& row : rows)
        row.session = acceptor->getSession(row.id);
    if (!options.dictionary.empty()) add_dictionary(options);
}

/// One dictionary for all sessions; it is only read.
void SessionEngine::Impl::add_dictionary(const EngineOptions& options) {
    std::istringstream text{options.dictionary};
    const auto dictionary = ptr::shared_ptr<FIX::DataDictionary>(new FIX::DataDictionary{text});
    // Fields of the body in any order, and tags from 5000 on whatever they are. Letting unknown
    // fields pass would turn the check of groups off, too.
    dictionary->checkFieldsOutOfOrder(true);
    dictionary->checkUserDefinedFields(false);
    dictionary->allowUnknownMsgFields(false);
    FIX::DataDictionaryProvider provider;
    provider.addTransportDataDictionary(FIX::BeginString{options.begin_string}, dictionary);
    provider.addApplicationDataDictionary(
        FIX::Message::toApplVerID(FIX::BeginString{options.begin_string}), dictionary);
    for (Row& row : rows)
        row.session->setDataDictionaryProvider(provider);
}

Row& SessionEngine::Impl::row_of(const FIX::SessionID& id) {
    return row(names.at(id));
}

// ---------------------------------------------------------------- what the library tells

template <class Tell>
void SessionEngine::Impl::tell(Tell&& tell_host) {
    try {
        tell_host();
    } catch (...) {
        failed = true;
    }
}

void SessionEngine::Impl::onLogon(const FIX::SessionID& id) {
    tell([&] { host.on_logon(name_of(id)); });
}

void SessionEngine::Impl::onLogout(const FIX::SessionID& id) {
    tell([&] { host.on_logout(name_of(id)); });
}

namespace {

std::uint64_t number_of(const FIX::Message& message) {
    FIX::MsgSeqNum number{0};
    message.getHeader().getFieldIfSet(number);
    return static_cast<std::uint64_t>(std::max(0, static_cast<int>(number)));
}

}  // namespace

void SessionEngine::Impl::fromAdmin(const FIX::Message& message, const FIX::SessionID& id) {
    tell([&] { host.on_admin(name_of(id), number_of(message)); });
}

void SessionEngine::Impl::fromApp(const FIX::Message& message, const FIX::SessionID& id) {
    tell([&] { host.on_message(name_of(id), number_of(message)); });
}

// ---------------------------------------------------------------- what it is told

/// The library's calls end here in every way they can end.
template <class Call>
FrameOutcome SessionEngine::Impl::guarded(SessionId session, Call&& call) {
    failed = false;
    Row& at = row(session);
    FrameOutcome outcome = FrameOutcome::taken;
    try {
        call(*at.session);
    } catch (const FIX::InvalidMessage&) {
        outcome = FrameOutcome::invalid;
    } catch (const std::exception& error) {
        at.log.onEvent(error.what());
        outcome = FrameOutcome::failed;
    } catch (...) {
        outcome = FrameOutcome::failed;
    }
    (void)at.store.take_asked();
    return failed ? FrameOutcome::failed : outcome;
}

SessionEngine::SessionEngine(const EngineOptions& options, std::span<const EngineSession> sessions,
                             SessionEngineHost& host) try
    : impl_{std::make_unique<Impl>(options, sessions, host)} {
} catch (const std::exception& error) {
    throw std::runtime_error{std::string{"FIX sessions: "} + error.what()};
}

SessionEngine::~SessionEngine() = default;

void SessionEngine::connect(SessionId session) {
    (void)impl_->guarded(
        session, [&](FIX::Session& own) { own.setResponder(&impl_->row(session).responder); });
}

void SessionEngine::disconnect(SessionId session) {
    (void)impl_->guarded(session, [](FIX::Session& own) {
        own.disconnect();
        own.setResponder(nullptr);
    });
}

FrameOutcome SessionEngine::on_frame(SessionId session, std::string_view wire, book::TimeNs now) {
    return impl_->guarded(session,
                          [&](FIX::Session& own) { own.next(std::string{wire}, stamp(now)); });
}

FrameOutcome SessionEngine::on_tick(SessionId session, book::TimeNs now) {
    return impl_->guarded(session, [&](FIX::Session& own) { own.next(stamp(now)); });
}

FrameOutcome SessionEngine::logout(SessionId session, const std::string& text, book::TimeNs now) {
    return impl_->guarded(session, [&](FIX::Session& own) {
        own.logout(text);
        own.next(stamp(now));
    });
}

void SessionEngine::allow(SessionId session) {
    (void)impl_->guarded(session, [](FIX::Session& own) { own.logon(); });
}

bool SessionEngine::logged_on(SessionId session) const {
    return impl_->row(session).session->isLoggedOn();
}

bool SessionEngine::logging_out(SessionId session) const {
    return impl_->row(session).session->sentLogout();
}

}  // namespace tickweir::gateway::fix
