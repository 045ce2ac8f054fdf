"""The list page of Flask-Admin on the same table, as its documentation would have one set it up."""

import os
import uuid
from datetime import date
from typing import Any

from flask import Flask, Response
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import SecureForm
from flask_babel import Babel
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Uuid, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

from bench.page import HOT_ID, SECRETARY, masked_mobile

WORDS = {"1": "男", "2": "女", "FULL": "正式党员", "PROBATIONARY": "预备党员", "IN_SERVICE": "在职",
         "RETIRED": "离退休", "VULNERABLE": "弱势", "FLOATING": "流动", None: ""}  # fmt: skip
PATH = "/admin/member/"


class Base(DeclarativeBase):
    """Parent of the tables."""


db = SQLAlchemy(model_class=Base)
app = Flask("bench_flask_admin")
app.config.update(SECRET_KEY="a" * 64, SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"])
if not os.environ["DATABASE_URL"].startswith("sqlite"):
    connect_args = {"options": f"-c portal.read_tenants={HOT_ID}"}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"connect_args": connect_args, "pool_size": 10}
db.init_app(app)
Babel(app, default_locale="zh_CN")
login = LoginManager(app)


class User(UserMixin, Base):  # type: ignore[misc]
    """The portal's table."""

    __tablename__ = "user_account"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    user_name: Mapped[str] = mapped_column(String(40))


class Organization(Base):
    """The portal's table."""

    __tablename__ = "party_organization"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))

    def __str__(self) -> str:
        """Give its name."""
        return self.name


class Member(Base):
    """The portal's table; the columns that the list shows."""

    __tablename__ = "party_member"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    full_name: Mapped[str] = mapped_column(String(50))
    sort_key: Mapped[str] = mapped_column(String(200))
    sex_code: Mapped[str] = mapped_column(String(1))
    born_on: Mapped[date]
    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("party_organization.id"))
    member_type: Mapped[str] = mapped_column(String(32))
    management_class: Mapped[str | None] = mapped_column(String(32))
    joined_on: Mapped[date]
    mobile_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    organization: Mapped[Organization] = relationship()


@login.user_loader  # type: ignore[misc]
def load_user(user_id: str) -> User | None:
    """Give who is signed in."""
    return db.session.get(User, uuid.UUID(user_id))


@app.get("/enter")
def enter() -> Response:
    """Sign in without a password, for the measurement."""
    login_user(db.session.scalars(select(User).where(User.user_name == SECRETARY)).one())
    return Response("signed in")


def word(name: str) -> Any:
    """Give a formatter that shows a code's word."""
    return lambda _view, _context, member, _name: WORDS[getattr(member, name)]


class MemberView(ModelView):  # type: ignore[misc]
    """The same columns, filters, order and length of page as the portal's list."""

    form_base_class = SecureForm
    page_size = 50
    column_default_sort = [("sort_key", False), ("id", False)]
    column_list = ("full_name", "sex_code", "born_on", "organization", "member_type", "management_class", "joined_on",
                   "mobile")  # fmt: skip
    column_labels = {"full_name": "姓名", "sex_code": "性别", "born_on": "出生", "organization": "支部",
                     "member_type": "类别", "management_class": "分类", "joined_on": "入党时间",
                     "mobile": "手机"}  # fmt: skip
    column_filters = ("organization.name", "management_class", "member_type")
    column_searchable_list = ("full_name",)
    column_formatters = {
        "sex_code": word("sex_code"),
        "member_type": word("member_type"),
        "management_class": word("management_class"),
        "born_on": lambda _v, _c, member, _n: member.born_on.year,
        "mobile": lambda _v, _c, member, _n: masked_mobile(member.id, member.mobile_sealed),
    }

    def is_accessible(self) -> bool:
        """Let in who is signed in."""
        return bool(current_user.is_authenticated)

    def get_query(self) -> Any:
        """Filter by tenant, with the branch in the same statement."""
        return self.session.query(Member).options(joinedload(Member.organization)).filter(Member.tenant_id == HOT_ID)

    def get_count_query(self) -> Any:
        """Filter by tenant."""
        return self.session.query(func.count(Member.id)).filter(Member.tenant_id == HOT_ID)


Admin(app, name="党员").add_view(MemberView(Member, db.session, name="党员"))
