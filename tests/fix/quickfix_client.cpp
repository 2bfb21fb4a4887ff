#include "tests/fix/quickfix_client.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sstream>

#include "gateway/fix/quickfix/headers.hpp"

#define throw(...)
#include <quickfix/FileStore.h>
#include <quickfix/SocketInitiator.h>
#undef throw

namespace tickweir::tests {
namespace {

FIX::SessionSettings settings_of(std::uint16_t port, const QuickfixOptions& options) {
    std::stringstream text;
    text << "[DEFAULT]\nConnectionType=initiator\nReconnectInterval=1\nStartTime=00:00:00\n"
         << "EndTime=00:00:00\nSocketConnectHost=127.0.0.1\nSocketConnectPort=" << port
         << "\nHeartBtInt=" << options.heartbeat_s << "\nFileStorePath=" << options.store
         << "\nUseDataDictionary=" << (options.dictionary.empty() ? "N" : "Y") << '\n';
    if (!options.dictionary.empty()) text << "DataDictionary=" << options.dictionary << '\n';
    text << "[SESSION]\nBeginString=FIX.4.4\nSenderCompID=" << options.comp_id
         << "\nTargetCompID=TICKWEIR\n";
    return FIX::SessionSettings{text};
}

std::string line_of(const char* way, const FIX::Message& message) {
    const FIX::Header& header = message.getHeader();
    std::string line = std::string{way} + ' ' + header.getField(FIX::FIELD::MsgType) + ' ' +
                       header.getField(FIX::FIELD::MsgSeqNum);
    if (header.isSetField(FIX::FIELD::PossDupFlag)) line += " dup";
    return line;
}

}  // namespace

struct QuickfixClient::Impl final : FIX::Application {
    Impl(std::uint16_t port, const QuickfixOptions& given)
        : options{given},
          id{"FIX.4.4", given.comp_id, "TICKWEIR"},
          settings{settings_of(port, given)},
          stores{settings},
          initiator{*this, stores, settings} {}

    void onCreate(const FIX::SessionID&) override {}
    void onLogon(const FIX::SessionID&) override { note("logon"); }
    void onLogout(const FIX::SessionID&) override { note("logout"); }
    void toAdmin(FIX::Message& message, const FIX::SessionID&) override {
        if (!options.password.empty() &&
            message.getHeader().getField(FIX::FIELD::MsgType) == FIX::MsgType_Logon)
            message.setField(FIX::FIELD::Password, options.password);
        note(line_of("out", message));
    }
    void toApp(FIX::Message& message, const FIX::SessionID&) override {
        note(line_of("out", message));
    }
    void fromAdmin(const FIX::Message& message, const FIX::SessionID&) override {
        note(line_of("in", message));
    }
    void fromApp(const FIX::Message& message, const FIX::SessionID&) override {
        note(line_of("in", message));
    }

    void note(const std::string& line) {
        const std::lock_guard lock{mutex};
        lines.push_back(line);
        noted.notify_all();
    }

    QuickfixOptions options;
    FIX::SessionID id;
    FIX::SessionSettings settings;
    mutable std::mutex mutex;
    mutable std::condition_variable noted;
    std::vector<std::string> lines;  // guarded by mutex
    FIX::FileStoreFactory stores;
    FIX::SocketInitiator initiator;
};

QuickfixClient::QuickfixClient(std::uint16_t port, const QuickfixOptions& options)
    : impl_{std::make_unique<Impl>(port, options)} {}

QuickfixClient::~QuickfixClient() {
    stop();
}

void QuickfixClient::start() {
    impl_->initiator.start();
}

void QuickfixClient::stop() {
    impl_->initiator.stop();
}

namespace {

/// Entries of one field each, `TAG=VALUE;TAG=VALUE`.
void add_groups(FIX::Message& message, int count, const std::string& entries) {
    std::istringstream text{entries};
    for (std::string field; std::getline(text, field, ';');) {
        const std::size_t equals = field.find('=');
        const int tag = std::stoi(field.substr(0, equals));
        FIX::Group group{count, tag};
        group.setField(tag, field.substr(equals + 1));
        message.addGroup(group);
    }
}

}  // namespace

bool QuickfixClient::send(const std::string& msg_type, const std::string& fields) {
    FIX::Message message;
    message.getHeader().setField(FIX::MsgType{msg_type});
    std::istringstream text{fields};
    for (std::string field; std::getline(text, field, '|');) {
        const std::size_t equals = field.find('=');
        const int tag = std::stoi(field.substr(0, equals));
        if (field[equals + 1] == '{')
            add_groups(message, tag, field.substr(equals + 2, field.size() - equals - 3));
        else
            message.setField(tag, field.substr(equals + 1));
    }
    return FIX::Session::sendToTarget(message, impl_->id);
}

void QuickfixClient::forget_from(int number) {
    FIX::Session::lookupSession(impl_->id)->setNextTargetMsgSeqNum(number);
}

bool QuickfixClient::wait_for(const std::string& beginning, std::size_t count) const {
    std::unique_lock lock{impl_->mutex};
    return impl_->noted.wait_for(lock, std::chrono::seconds{10}, [&] {
        return static_cast<std::size_t>(std::ranges::count_if(
                   impl_->lines,
                   [&](const std::string& line) { return line.starts_with(beginning); })) >= count;
    });
}

std::vector<std::string> QuickfixClient::lines() const {
    const std::lock_guard lock{impl_->mutex};
    return impl_->lines;
}

}  // namespace tickweir::tests
