// The file that keeps the token of an admin port from everybody else.
#include "gateway/admin/token_file.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <set>

#include "gateway/serve/api/access_keys.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;

class TokenFileTest : public testing::Test {
protected:
    TokenFileTest() {
        std::string name = (fs::temp_directory_path() / "tickweir-token-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) root_ = name;
    }
    ~TokenFileTest() override { fs::remove_all(root_); }

    static fs::perms perms(const fs::path& path) { return fs::status(path).permissions(); }

    static std::string token_in(const fs::path& path) {
        const auto read = read_token(path);
        return read.index() == 0 ? std::get<0>(read) : "refused: " + std::get<1>(read);
    }

    fs::path root_;
};

TEST_F(TokenFileTest, MakesTokensThatCanBeSentAndAreNeverTheSame) {
    std::set<std::string> made;
    for (int i = 0; i < 100; ++i)
        made.insert(make_token());
    EXPECT_EQ(made.size(), 100U);
    EXPECT_EQ(made.begin()->size(), 64U);
    EXPECT_TRUE(is_bearer_key(*made.begin()));
}

TEST_F(TokenFileTest, KeepsItFromOtherUsersAndTakesItAwayAgain) {
    const fs::path path = root_ / "tickweir" / "admin-1.token";
    {
        const TokenFile file{{path}, "secret"};
        EXPECT_EQ(file.path(), path);
        EXPECT_EQ(perms(path), fs::perms::owner_read | fs::perms::owner_write);
        EXPECT_EQ(perms(path.parent_path()), fs::perms::owner_all);
        EXPECT_EQ(token_in(path), "secret");
    }
    EXPECT_FALSE(fs::exists(path));
}

TEST_F(TokenFileTest, ReplacesOneThatWasLeftBehindWhateverItsMode) {
    const fs::path path = root_ / "mine" / "admin-1.token";
    fs::create_directory(path.parent_path());
    fs::permissions(path.parent_path(), fs::perms::owner_all);
    std::ofstream{path} << "old";
    fs::permissions(path, fs::perms::all);
    const TokenFile file{{path}, "new"};
    EXPECT_EQ(perms(path), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(token_in(path), "new");
}

TEST_F(TokenFileTest, DoesNotFollowALinkOrWriteWhereOthersCanLook) {
    const fs::path open = root_ / "open" / "admin-1.token";
    fs::create_directory(open.parent_path());
    fs::permissions(open.parent_path(), fs::perms::owner_all | fs::perms::group_exec);
    const fs::path target = root_ / "target";
    fs::create_directory(target);
    fs::create_directory_symlink(target, root_ / "link");
    const fs::path linked = root_ / "link" / "admin-1.token";
    try {
        const TokenFile file{{open, linked, root_ / "no" / "such" / "x.token"}, "secret"};
        FAIL() << "it wrote " << file.path();
    } catch (const std::runtime_error& error) {
        const std::string why = error.what();
        EXPECT_NE(why.find("open/admin-1.token: other users can look into it"), why.npos) << why;
        EXPECT_NE(why.find("link/admin-1.token: it is no directory"), why.npos) << why;
        EXPECT_NE(why.find("No such file"), why.npos) << why;
        EXPECT_EQ(why.find("secret"), why.npos);
    }
    EXPECT_TRUE(fs::is_empty(target));
    EXPECT_FALSE(fs::exists(open));
}

TEST_F(TokenFileTest, GoesOnToTheNextFolder) {
    const TokenFile file{{root_ / "no" / "such" / "x.token", root_ / "b" / "x.token"}, "secret"};
    EXPECT_EQ(file.path(), root_ / "b" / "x.token");
}

TEST_F(TokenFileTest, LeavesTheFileOfAGatewayThatCameLater) {
    const fs::path path = root_ / "tickweir" / "admin-1.token";
    auto first = std::make_unique<TokenFile>(std::vector{path}, "first");
    const TokenFile second{{path}, "second"};
    first.reset();
    EXPECT_EQ(token_in(path), "second");
}

TEST_F(TokenFileTest, ReadsOnlyWhatCanBeAToken) {
    const auto refusal = [](const fs::path& path) {
        const auto read = read_token(path);
        return read.index() == 1 ? std::get<1>(read) : "taken: " + std::get<0>(read);
    };
    EXPECT_EQ(refusal(root_ / "none"), (root_ / "none").string() + ": No such file or directory");
    EXPECT_NE(refusal(root_).find("directory"), std::string::npos);
    const fs::path path = root_ / "token";
    std::ofstream{path} << "\n";
    EXPECT_EQ(refusal(path), path.string() + ": it is empty");
    std::ofstream{path} << std::string(5'000, 'x');
    EXPECT_EQ(refusal(path), path.string() + ": it is too long for a token");
    std::ofstream{path} << "abc\r\n";
    EXPECT_EQ(token_in(path), "abc");
}

TEST_F(TokenFileTest, NamesThePortAndTheUser) {
    ::setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
    const auto paths = token_paths(9'879);
    ASSERT_EQ(paths.size(), 2U);
    EXPECT_EQ(paths[0], "/run/user/7/tickweir/admin-9879.token");
    EXPECT_EQ(paths[1].filename(), "admin-9879.token");
    ::setenv("XDG_RUNTIME_DIR", "relative", 1);
    EXPECT_EQ(token_paths(9'879).size(), 1U);
}

}  // namespace
}  // namespace tickweir::gateway
