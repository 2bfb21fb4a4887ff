// The admin port as the gateway starts it: where it listens, and what becomes of its token.
#include "gateway/admin/admin_port.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "gateway/commands/admin.hpp"
#include "tests/admin/fake_sessions.hpp"

namespace tickweir::gateway::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class AdminPortTest : public testing::Test {
protected:
    AdminPortTest() {
        std::string name = (fs::temp_directory_path() / "tickweir-port-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) root_ = name;
        ::setenv("XDG_RUNTIME_DIR", root_.c_str(), 1);
        ::unsetenv("TICKWEIR_ADMIN_TOKEN");
    }
    ~AdminPortTest() override { fs::remove_all(root_); }

    int list(std::uint16_t port) {
        AdminOptions options;
        options.url = "http://127.0.0.1:" + std::to_string(port);
        return run_admin(options, out_, err_);
    }

    fs::path root_;
    Metrics metrics_;
    fix::SessionsControl control_;
    FakeSessions fake_{control_};
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(AdminPortTest, MakesATokenThatTheCommandFindsAndTakesItAwayAtTheEnd) {
    fs::path file;
    {
        AdminPort port{{}, control_, {}, metrics_, nullptr};
        file = root_ / "tickweir" / ("admin-" + std::to_string(port.port()) + ".token");
        EXPECT_TRUE(fs::exists(file));
        port.host().start();
        EXPECT_EQ(list(port.port()), 0) << err_.str();
        EXPECT_NE(out_.str().find("CLIENT1"), std::string::npos);
        port.stop(1s);
    }
    EXPECT_FALSE(fs::exists(file));
}

TEST_F(AdminPortTest, TakesTheTokenOfTheConfigurationAndKeepsNoFile) {
    AdminPort port{
        {.address = "127.0.0.1", .port = 0, .token = "mine"}, control_, {}, metrics_, nullptr};
    EXPECT_FALSE(fs::exists(root_ / "tickweir"));
    port.host().start();
    ::setenv("TICKWEIR_ADMIN_TOKEN", "mine", 1);
    EXPECT_EQ(list(port.port()), 0) << err_.str();
    ::setenv("TICKWEIR_ADMIN_TOKEN", "yours", 1);
    EXPECT_EQ(list(port.port()), 1);
    port.stop(1s);
}

TEST_F(AdminPortTest, ListensOnLoopbackOnlyAndNamesAPortInUse) {
    for (const std::string address : {"0.0.0.0", "10.0.0.1", "::"})
        EXPECT_THROW(AdminPort({.address = address, .port = 0, .token = {}}, control_, {}, metrics_,
                               nullptr),
                     std::runtime_error);
    const AdminPort first{{}, control_, {}, metrics_, nullptr};
    EXPECT_THROW(AdminPort({.address = "127.0.0.1", .port = first.port(), .token = {}}, control_,
                           {}, metrics_, nullptr),
                 std::runtime_error);
    EXPECT_TRUE(fs::exists(root_ / "tickweir"));
}

}  // namespace
}  // namespace tickweir::gateway::tests
